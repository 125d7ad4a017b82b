package io.roundhouse.operate;

import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Text;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code roundhouse list}. */
@Command(name = "list", description = "List jobs, the newest first.")
public final class ListCommand implements Callable<Integer> {
  private static final int MOST = 10_000;

  @Option(names = "--project", paramLabel = "NAME", description = "Those of one project only.")
  private @Nullable String project;

  @Option(names = "--running", description = "Those that have not ended only.")
  private boolean running;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most so many. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    String condition = condition();
    try (OpenConnection temporal = connection.open()) {
      List<JobRow> rows = JobRows.list(temporal, condition, limit);
      if (output.json()) {
        JobCommand.print(rows);
      } else {
        print(rows, output.terminal(), temporal);
      }
    }
    return ExitCode.OK;
  }

  private String condition() {
    if (limit < 1 || limit > MOST) {
      throw Failure.badInput("--limit: must be from 1 to " + MOST + ", not " + limit);
    }
    if (project != null && !JobId.isLabel(project)) {
      throw Failure.badInput(
          "--project: must be of lower-case letters, digits and inner dashes, not "
              + Text.quote(project));
    }
    return (project == null ? "" : " AND WorkflowId STARTS_WITH 'fl/" + project + "/'")
        + (running ? " AND ExecutionStatus = 'Running'" : "");
  }

  private void print(List<JobRow> rows, Terminal terminal, OpenConnection temporal) {
    if (rows.isEmpty()) {
      terminal.line("no jobs on Temporal at " + temporal.connection());
      return;
    }
    JobTable.print(rows, terminal);
    if (rows.size() == limit) {
      terminal.line(terminal.dim(" perhaps there are more: --limit, --project, --running"));
    }
  }
}
