package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.jobfile.SpecFile;
import io.roundhouse.jobfile.SubmittedJob;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.workflows.ScheduledJob;
import io.temporal.client.schedules.ScheduleSpec;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse schedule create}. */
@Command(
    name = "create",
    description = {
      "Start the job of a file again and again, each time under its name with the time at its end.",
      "A turn that would begin while the one before still runs is left out.",
      "For example: roundhouse schedule create job.yml --cron '0 2 * * *' --zone Europe/Berlin"
    })
final class ScheduleCreateCommand implements Callable<Integer> {
  @Parameters(paramLabel = "JOB.YML", description = "The job file.")
  private @Nullable Path file;

  @Option(
      names = "--cron",
      paramLabel = "EXPRESSION",
      required = true,
      description = "When: minute, hour, day of month, month, day of week. May be repeated.")
  private List<String> times = new ArrayList<>();

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      defaultValue = "UTC",
      description = "The time zone of --cron, e.g. Europe/Berlin. Default: ${DEFAULT-VALUE}.")
  private String zone = "UTC";

  @Mixin private SitesOptions sites = new SitesOptions();

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    SpecFile spec = SpecFile.read(requireNonNull(file, "file is null"));
    SortedSet<SiteName> members = sites.of(connection);
    SubmittedJob job = SubmittedJob.read(spec, members);
    JobId id = job.spec().job();
    requireRoom(id);
    try (OpenConnection temporal = connection.open()) {
      new Schedules(temporal).create(id, when(), job.tree(), members);
    }
    Terminal terminal = output.terminal();
    terminal.line(terminal.green("scheduled " + id) + " over " + members.size() + " sites");
    terminal.line("next turns  ./roundhouse schedule list");
    terminal.line("one now     ./roundhouse schedule run " + id);
    return ExitCode.OK;
  }

  private static void requireRoom(JobId id) {
    if (id.name().length() > ScheduledJob.LONGEST_NAME) {
      throw Failure.badInput(
          "name: has more than "
              + ScheduledJob.LONGEST_NAME
              + " characters, and the time of each turn goes behind it, perhaps you should choose a"
              + " shorter one");
    }
  }

  private ScheduleSpec when() {
    try {
      return ScheduleSpec.newBuilder()
          .setCronExpressions(times)
          .setTimeZoneName(ZoneId.of(zone).getId())
          .build();
    } catch (DateTimeException e) {
      throw Failure.badInput(
          "--zone: there is no time zone " + zone + ", perhaps you should write Europe/Berlin");
    }
  }
}
