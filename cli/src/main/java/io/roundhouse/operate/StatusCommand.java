package io.roundhouse.operate;

import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.workflows.SiteRow;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code roundhouse status}. */
@Command(
    name = "status",
    description = {
      "Show how a job is: what it does or waits for, its round and its sites.",
      "Without a job, the federation: its sites and its newest jobs. Without the server's workers"
          + " it shows what Temporal knows."
    })
public final class StatusCommand implements Callable<Integer> {
  private static final int MOST_JOBS = 10;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "JOB",
      converter = JobIdConverter.class,
      description = "project/name, or the name alone in project default.")
  private @Nullable JobId job;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    try (OpenConnection temporal = connection.open()) {
      if (job != null) {
        show(JobReport.of(new RemoteJob(temporal, job)));
      } else {
        show(connection.kit().map(FederationSites::of), JobRows.list(temporal, "", MOST_JOBS));
      }
    }
    return ExitCode.OK;
  }

  private void show(JobReport report) {
    if (output.json()) {
      JobCommand.print(report);
    } else {
      new StatusText(output.terminal()).print(report);
    }
  }

  private void show(Optional<Collection<SiteRow>> sites, List<JobRow> jobs) {
    if (output.json()) {
      JobCommand.print(Map.of("sites", sites.orElse(List.of()), "jobs", jobs));
      return;
    }
    Terminal terminal = output.terminal();
    sites.ifPresent(
        rows -> {
          SiteTable.print(rows, terminal);
          terminal.line("");
        });
    if (jobs.isEmpty()) {
      terminal.line("no jobs, perhaps you should start one: roundhouse submit job.yml");
    } else {
      JobTable.print(jobs, terminal);
    }
  }
}
