package io.roundhouse.jobfile;

import io.roundhouse.spec.Problem;
import io.roundhouse.terminal.Failure;
import io.roundhouse.yaml.YamlException;
import io.roundhouse.yaml.YamlFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A job's YAML file as a tree, and where in the file each of its keys stands. */
public final class SpecFile {
  private static final YamlFile.Kind JOB = new YamlFile.Kind("job spec", "roundhouse init");

  private final YamlFile file;

  private SpecFile(YamlFile file) {
    this.file = file;
  }

  /**
   * Reads a file of at most 1 MiB.
   *
   * @throws Failure if it cannot be read or is not YAML
   */
  public static SpecFile read(Path path) {
    return new SpecFile(readable(() -> YamlFile.read(path, JOB)));
  }

  /** Reads YAML that is in memory; {@code path} is what messages call it. */
  public static SpecFile parse(Path path, String text) {
    return new SpecFile(readable(() -> YamlFile.parse(path, text, JOB)));
  }

  /** The document; may be changed. */
  public Map<String, Object> tree() {
    return file.tree();
  }

  /** The folder that relative paths in the file start from. */
  public Path folder() {
    return file.folder();
  }

  /** The problems with file, line and column before them, in the order of the file. */
  public List<String> locate(List<Problem> problems) {
    return file.locate(problems);
  }

  private static YamlFile readable(Supplier<YamlFile> read) {
    try {
      return read.get();
    } catch (YamlException e) {
      throw Failure.badSpec(e.problems());
    }
  }
}
