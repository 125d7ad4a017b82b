package io.roundhouse.operate;

import io.roundhouse.terminal.Ago;
import io.roundhouse.terminal.Columns;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.terminal.Units;
import java.time.Instant;
import java.util.List;

/** Jobs as a table for a person. */
final class JobTable {
  private JobTable() {}

  static void print(List<JobRow> jobs, Terminal terminal) {
    Instant now = Instant.now();
    Columns columns = new Columns("job", "state", "round", "accuracy", "sites", "started");
    for (JobRow job : jobs) {
      columns.row(
          job.job().toString(),
          job.state(),
          job.round().map(round -> Long.toString(round)).orElse("–"),
          job.metric().map(metric -> Units.format("%.4f", metric)).orElse("–"),
          Integer.toString(job.sites().size()),
          Ago.of(job.startedAt(), now));
    }
    columns.print(terminal);
  }
}
