package io.roundhouse.operate;

import io.grpc.StatusRuntimeException;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.kit.Kit;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.workflows.JobLogs;
import io.roundhouse.workflows.LogAnswer;
import io.roundhouse.workflows.LogLine;
import io.roundhouse.workflows.LogRequest;
import io.roundhouse.workflows.LogTask;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code roundhouse logs}. */
@Command(
    name = "logs",
    description = {
      "Show what the servers and sites of a job have written into their logs about it.",
      "A site gives its lines only if its policy says `logs: true`."
    })
public final class LogsCommand extends JobCommand {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MM-dd HH:mm:ss.SSS", Locale.ROOT)
          .withZone(ZoneId.systemDefault());
  private static final long SECONDS_BETWEEN = 3;

  @Option(
      names = "--sites",
      paramLabel = "SITE",
      split = ",",
      converter = SiteNameConverter.class,
      description = "Ask these only, and no server.")
  private Set<SiteName> sites = Set.of();

  @Option(
      names = "--lines",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most so many of each. Default: ${DEFAULT-VALUE}.")
  private int lines;

  @Option(names = "--follow", description = "Go on until the job has ended.")
  private boolean follow;

  private final Set<String> told = new HashSet<>();

  @Override
  int run(RemoteJob remote) {
    if (lines < 1 || lines > LogTask.MOST_LINES) {
      throw Failure.badInput("--lines: must be from 1 to " + LogTask.MOST_LINES + ", not " + lines);
    }
    remote.description();
    Kit kit = requireKit();
    List<SiteName> asked =
        sites.isEmpty()
            ? remote.sites().stream().map(SiteStatus::site).toList()
            : List.copyOf(new TreeSet<>(sites));
    List<String> servers = sites.isEmpty() ? FederationSites.servers(kit) : List.of();
    if (asked.size() + servers.size() > LogRequest.MOST_ASKED) {
      throw Failure.badInput(
          "the job has "
              + asked.size()
              + " sites, and "
              + LogRequest.MOST_ASKED
              + " are asked at once, perhaps you should name some: --sites a,b,c");
    }
    long after = 0;
    boolean running = true;
    while (running) {
      running = follow && isRunning(remote);
      List<LogAnswer> answers =
          ask(remote, new LogRequest(new LogTask(remote.id(), lines, after), asked, servers));
      if (json()) {
        print(answers);
      } else {
        print(answers, terminal());
      }
      after = Math.max(after, newest(answers));
      if (running) {
        pause();
      }
    }
    return ExitCode.OK;
  }

  private static boolean isRunning(RemoteJob remote) {
    return remote.description().getStatus()
        == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
  }

  private static List<LogAnswer> ask(RemoteJob remote, LogRequest request) {
    JobLogs question =
        remote
            .client()
            .newWorkflowStub(
                JobLogs.class,
                WorkflowOptions.newBuilder()
                    .setWorkflowId(
                        JobLogs.workflowId(
                            remote.id(), UUID.randomUUID().toString().substring(0, 8)))
                    .setTaskQueue(TaskQueues.SERVER)
                    .setWorkflowExecutionTimeout(Duration.ofMinutes(1))
                    .build());
    try {
      return question.run(request);
    } catch (WorkflowException | StatusRuntimeException e) {
      throw remote.explained(e);
    }
  }

  private static long newest(List<LogAnswer> answers) {
    return answers.stream()
        .flatMap(answer -> answer.lines().stream())
        .mapToLong(LogLine::at)
        .max()
        .orElse(0);
  }

  private record Entry(String from, LogLine line) {}

  private void print(List<LogAnswer> answers, Terminal terminal) {
    int width = answers.stream().mapToInt(answer -> answer.from().length()).max().orElse(0);
    List<Entry> entries = new ArrayList<>();
    for (LogAnswer answer : answers) {
      answer.lines().forEach(line -> entries.add(new Entry(answer.from(), line)));
    }
    entries.sort(Comparator.comparingLong(entry -> entry.line().at()));
    for (Entry entry : entries) {
      LogLine line = entry.line();
      Instant at = Instant.ofEpochSecond(line.at() / 1_000_000, line.at() % 1_000_000 * 1_000);
      String text =
          TIME.format(at)
              + "  "
              + entry.from()
              + " ".repeat(width - entry.from().length())
              + "  "
              + line.round().map(round -> "r" + round + " ").orElse("")
              + line.text();
      terminal.line(line.level().equals("INFO") ? text : terminal.yellow(text));
    }
    SortedMap<String, List<String>> withheld = new TreeMap<>();
    for (LogAnswer answer : answers) {
      answer
          .withheld()
          .filter(why -> told.add(answer.from() + why))
          .ifPresent(
              why -> withheld.computeIfAbsent(why, any -> new ArrayList<>()).add(answer.from()));
    }
    withheld.forEach(
        (why, from) -> terminal.line(terminal.dim(String.join(", ", from) + ": " + why)));
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(SECONDS_BETWEEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.badInput("interrupted");
    }
  }
}
