package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.kit.Kit;
import io.roundhouse.storage.Json;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command about one job. */
abstract class JobCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "JOB",
      converter = JobIdConverter.class,
      description = "project/name, or the name alone in project default.")
  private @Nullable JobId job;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public final Integer call() {
    try (OpenConnection temporal = connection.open()) {
      return run(new RemoteJob(temporal, requireNonNull(job, "job is null")));
    }
  }

  /** Returns the exit code. */
  abstract int run(RemoteJob remote);

  /** The operator's kit, which some commands cannot do without. */
  final Kit requireKit() {
    return connection.requireKit();
  }

  final boolean json() {
    return output.json();
  }

  final Terminal terminal() {
    return output.terminal();
  }

  static void print(Object document) {
    System.out.print(new String(Json.write(document), StandardCharsets.UTF_8));
    System.out.flush();
  }
}
