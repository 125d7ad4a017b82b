package io.roundhouse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse init}. */
@Command(
    name = "init",
    description =
        "Write an annotated job file, and beside it job.schema.json for your editor; or a federation"
            + " file.")
final class InitCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE.YML",
      arity = "0..1",
      description = "The file to write; job.yml, or federation.yml, by default.")
  private @Nullable Path named;

  @Option(
      names = "--federation",
      description = "Write who belongs to a federation, for `roundhouse provision`.")
  private boolean federation;

  @Option(names = "--force", description = "Write over a file that is there.")
  private boolean force;

  @Override
  public Integer call() {
    Path file = named == null ? Path.of(federation ? "federation.yml" : "job.yml") : named;
    if (Files.exists(file) && !force) {
      throw Failure.badInput(
          file + " is there already, perhaps you should name another file or add --force");
    }
    try {
      Files.write(file, federation ? resource("federation.yml") : template(file));
      System.out.println("wrote " + file);
      Path schema = file.resolveSibling("job.schema.json");
      if (!federation && (force || !Files.exists(schema))) {
        Files.write(schema, SchemaCommand.schema());
        System.out.println("wrote " + schema + ", by which editors help with it");
      }
    } catch (IOException e) {
      throw Failure.badInput(
          file + " cannot be written, perhaps you should check the folder: " + e.getMessage());
    }
    if (federation) {
      System.out.println("Next:  put your servers, sites and operators in, then");
      System.out.println("       ./roundhouse provision " + file);
      return ExitCode.OK;
    }
    System.out.println("Next:  ./roundhouse validate " + file);
    System.out.println("       ./roundhouse simulate " + file + " --compare");
    return ExitCode.OK;
  }

  /** The template, with the sample's data as seen from the file's folder. */
  private static byte[] template(Path file) {
    Path digits =
        Home.folder().resolve("samples/digits/digits.csv.gz").toAbsolutePath().normalize();
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent()).normalize();
    return new String(resource("job.yml"), UTF_8)
        .replace("${digits}", folder.relativize(digits).toString())
        .getBytes(UTF_8);
  }

  private static byte[] resource(String name) {
    try (InputStream resource =
        Objects.requireNonNull(InitCommand.class.getResourceAsStream(name))) {
      return resource.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
