package io.roundhouse.operate;

import io.roundhouse.domain.Decision;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.terminal.Ago;
import io.roundhouse.terminal.Bar;
import io.roundhouse.terminal.Columns;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.terminal.Units;
import io.roundhouse.workflows.RoundProgress;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** How a job is, in lines for a person. */
final class StatusText {
  private static final int GAUGE = 20;
  private static final Set<JobState> WAITING =
      EnumSet.of(JobState.BLOCKED, JobState.PAUSED, JobState.AWAITING_APPROVAL);

  private final Terminal terminal;
  private final Instant now = Instant.now();

  StatusText(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Whether a job waits for people or sites. */
  static boolean isWaiting(String state) {
    return WAITING.stream().anyMatch(waiting -> waiting.name().equals(state));
  }

  /** {@code BLOCKED: needs 3 sites, 2 are here (site-c last seen 12 min ago)}. */
  static String headline(JobStatus status, Instant now) {
    return status.state() + ": " + Ago.inWords(status.message(), now);
  }

  /** What an order was answered with. */
  void answer(JobStatus status) {
    List<Decision> decisions = status.decisions();
    if (!decisions.isEmpty()) {
      Decision newest = decisions.get(decisions.size() - 1);
      terminal.line(newest.by() + " " + newest.text());
    }
    String headline = status.job() + "  " + headline(status, now);
    terminal.line(isWaiting(status.state().name()) ? terminal.yellow(headline) : headline);
  }

  void print(JobReport report) {
    String headline = report.state() + ": " + report.message();
    terminal.line(
        terminal.bold(report.job().toString())
            + "  "
            + (isWaiting(report.state()) ? terminal.yellow(headline) : headline));
    line("round", report.round() + report.rounds().map(rounds -> " of " + rounds).orElse(""));
    report.progress().ifPresent(progress -> line("now", progress(progress)));
    report
        .best()
        .ifPresent(
            best ->
                line(
                    "best",
                    Units.format("round %d, accuracy %.4f", best.round(), best.metrics().accuracy())
                        + terminal.dim("  sha256 " + best.model().sha256())));
    line("started", Units.time(report.startedAt()) + ", " + Ago.of(report.startedAt(), now));
    report
        .endedAt()
        .ifPresent(ended -> line("ended", Units.time(ended) + ", " + Ago.of(ended, now)));
    report.store().ifPresent(folder -> line("store", folder));
    sites(report.sites());
    late(report.late());
    decisions(report.decisions());
  }

  private void line(String name, String text) {
    terminal.line(Units.format("  %-9s ", name) + text);
  }

  private static String progress(RoundProgress progress) {
    String excluded = progress.excluded() == 0 ? "" : ", " + progress.excluded() + " excluded";
    return progress.selected() == 0
        ? progress.phase()
        : progress.answered()
            + "/"
            + progress.selected()
            + " "
            + Bar.gauge(progress.answered(), progress.selected(), GAUGE)
            + " "
            + progress.phase()
            + excluded;
  }

  private void sites(List<SiteStatus> sites) {
    if (sites.isEmpty()) {
      return;
    }
    Columns columns = new Columns("site", "state", "last seen", "rows", "refused", "why");
    for (SiteStatus site : sites) {
      columns.row(
          site.site().value(),
          site.state().name().toLowerCase(Locale.ROOT),
          site.lastSeen().map(at -> Ago.of(Instant.ofEpochMilli(at), now)).orElse("never"),
          site.examples() == 0 ? "–" : Units.count(site.examples()),
          Integer.toString(site.refused()),
          site.reason());
    }
    terminal.line("");
    columns.print(terminal);
  }

  /** Late updates that wait, if there are any. */
  void late(List<LateUpdate> updates) {
    if (updates.isEmpty()) {
      return;
    }
    Columns columns = new Columns("late update of", "round", "came", "rows", "attempt");
    for (LateUpdate late : updates) {
      columns.row(
          late.update().site().value(),
          Integer.toString(late.round()),
          Ago.of(Instant.ofEpochMilli(late.arrivedAt()), now),
          Units.count(late.update().examples()),
          Integer.toString(late.update().attempt()));
    }
    terminal.line("");
    columns.print(terminal);
  }

  /** What was decided, if anything was. */
  void decisions(List<Decision> decisions) {
    if (decisions.isEmpty()) {
      return;
    }
    Columns columns = new Columns("decided", "after round", "who", "what");
    for (Decision decision : decisions) {
      columns.row(
          Units.time(Instant.ofEpochMilli(decision.at())),
          Integer.toString(decision.round()),
          decision.by(),
          decision.text());
    }
    terminal.line("");
    columns.print(terminal);
  }
}
