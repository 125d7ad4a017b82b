package io.roundhouse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse init}. */
@Command(name = "init", description = "Write an annotated job file to start from.")
final class InitCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "JOB.YML",
      arity = "0..1",
      description = "The file to write; job.yml by default.")
  private Path file = Path.of("job.yml");

  @Option(names = "--force", description = "Write over a file that is there.")
  private boolean force;

  @Override
  public Integer call() {
    if (Files.exists(file) && !force) {
      throw Failure.badInput(
          file + " is there already, perhaps you should name another file or add --force");
    }
    try {
      Files.write(file, template(file));
    } catch (IOException e) {
      throw Failure.badInput(
          file + " cannot be written, perhaps you should check the folder: " + e.getMessage());
    }
    System.out.println("wrote " + file);
    System.out.println("Next:  ./roundhouse validate " + file);
    System.out.println("       ./roundhouse simulate " + file + " --compare");
    return ExitCode.OK;
  }

  /** The template, with the sample's data as seen from the file's folder. */
  private static byte[] template(Path file) {
    Path digits =
        Home.folder().resolve("samples/digits/digits.csv.gz").toAbsolutePath().normalize();
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent()).normalize();
    try (InputStream resource =
        Objects.requireNonNull(InitCommand.class.getResourceAsStream("job.yml"))) {
      return new String(resource.readAllBytes(), UTF_8)
          .replace("${digits}", folder.relativize(digits).toString())
          .getBytes(UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
