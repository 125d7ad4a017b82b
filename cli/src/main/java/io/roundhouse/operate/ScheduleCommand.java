package io.roundhouse.operate;

import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.terminal.Columns;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.terminal.Units;
import io.temporal.client.schedules.ScheduleHandle;
import io.temporal.client.schedules.ScheduleListDescription;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code roundhouse schedule}. */
@Command(
    name = "schedule",
    description = "Start jobs again and again, such as every night.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ScheduleCreateCommand.class)
public final class ScheduleCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  @Command(name = "list", description = "List the schedules and when their next turns are.")
  int list(@Mixin ConnectionOptions connection, @Mixin OutputOptions output) {
    try (OpenConnection temporal = connection.open()) {
      List<ScheduleListDescription> all = new Schedules(temporal).list();
      if (output.json()) {
        JobCommand.print(all.stream().map(ScheduleCommand::document).toList());
      } else {
        print(all, output.terminal());
      }
    }
    return ExitCode.OK;
  }

  private static Map<String, Object> document(ScheduleListDescription schedule) {
    return Map.of(
        "job", Schedules.job(schedule),
        "paused", schedule.getSchedule().getState().isPaused(),
        "next", next(schedule).stream().map(Instant::toString).toList(),
        "last", last(schedule).stream().map(Instant::toString).toList());
  }

  private static void print(List<ScheduleListDescription> all, Terminal terminal) {
    if (all.isEmpty()) {
      terminal.line(
          "no schedules, perhaps you should make one: roundhouse schedule create job.yml --cron '0 2"
              + " * * *'");
      return;
    }
    Columns columns = new Columns("schedule", "state", "next turn", "last turn");
    for (ScheduleListDescription schedule : all) {
      boolean paused = schedule.getSchedule().getState().isPaused();
      columns.row(
          Schedules.job(schedule),
          paused ? "paused" : "active",
          paused ? "–" : next(schedule).stream().findFirst().map(Units::time).orElse("–"),
          last(schedule).stream().reduce((older, newer) -> newer).map(Units::time).orElse("–"));
    }
    columns.print(terminal);
  }

  private static List<Instant> next(ScheduleListDescription schedule) {
    return schedule.getInfo().getNextActionTimes();
  }

  private static List<Instant> last(ScheduleListDescription schedule) {
    return schedule.getInfo().getRecentActions().stream().map(it -> it.getStartedAt()).toList();
  }

  @Command(name = "pause", description = "Let no more turns begin.")
  int pause(
      @Parameters(paramLabel = "JOB", converter = JobIdConverter.class) JobId job,
      @Mixin ConnectionOptions connection) {
    return order(job, connection, "paused", ScheduleHandle::pause);
  }

  @Command(name = "resume", description = "Let turns begin again.")
  int resume(
      @Parameters(paramLabel = "JOB", converter = JobIdConverter.class) JobId job,
      @Mixin ConnectionOptions connection) {
    return order(job, connection, "resumed", ScheduleHandle::unpause);
  }

  @Command(name = "run", description = "Begin one turn now, if none runs.")
  int runNow(
      @Parameters(paramLabel = "JOB", converter = JobIdConverter.class) JobId job,
      @Mixin ConnectionOptions connection) {
    return order(job, connection, "begun a turn of", ScheduleHandle::trigger);
  }

  @Command(name = "delete", description = "Remove a schedule; jobs that it has started stay.")
  int delete(
      @Parameters(paramLabel = "JOB", converter = JobIdConverter.class) JobId job,
      @Mixin ConnectionOptions connection) {
    return order(job, connection, "deleted", ScheduleHandle::delete);
  }

  private static int order(
      JobId job, ConnectionOptions connection, String done, Consumer<ScheduleHandle> order) {
    try (OpenConnection temporal = connection.open()) {
      new Schedules(temporal).order(job, order);
    }
    System.out.println(done + " schedule " + job);
    return ExitCode.OK;
  }
}
