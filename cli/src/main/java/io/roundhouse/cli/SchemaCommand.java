package io.roundhouse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.spec.JobSpec;
import io.roundhouse.terminal.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code roundhouse schema}. */
@Command(
    name = "schema",
    description = "Print the JSON schema of a job file, for editors and other programs.")
final class SchemaCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    System.out.print(new String(schema(), UTF_8));
    return ExitCode.OK;
  }

  /** The schema, draft 2020-12. */
  static byte[] schema() {
    try (InputStream resource =
        Objects.requireNonNull(JobSpec.class.getResourceAsStream("job.schema.json"))) {
      return resource.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
