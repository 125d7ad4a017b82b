package io.roundhouse.workflows;

import static java.lang.String.format;
import static java.util.stream.Collectors.joining;

import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.RoundSummary;
import io.roundhouse.spec.JobSpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A job's current details in the Web UI. */
final class JobDetails {
  private static final int ROWS = 10;
  private static final Set<JobState> SPEAKING =
      EnumSet.of(
          JobState.BLOCKED,
          JobState.PAUSED,
          JobState.AWAITING_APPROVAL,
          JobState.COMPLETED,
          JobState.FAILED,
          JobState.ABORTED);

  private JobDetails() {}

  /**
   * State, what the job waits for or why it ended, best model and the newest rounds as Markdown.
   */
  static String markdown(JobSpec spec, JobState state, String message, JobProgress progress) {
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "**%s** · %s · round %d of %d\n\n",
            state.name().toLowerCase(Locale.ROOT),
            spec.strategy().name(),
            Math.max(0, progress.round()),
            spec.rounds().count()));
    if (SPEAKING.contains(state)) {
      text.append(format("**%s**\n\n", message));
    }
    progress
        .best()
        .ifPresent(
            best ->
                text.append(
                    format(
                        Locale.ROOT,
                        "Best: round %d, accuracy %.4f, `%s`\n\n",
                        best.round(),
                        best.metrics().accuracy(),
                        best.model().sha256())));
    text.append("| round | sites | accuracy | loss | seconds | |\n|---|---|---|---|---|---|\n");
    List<RoundSummary> recent = progress.recent();
    for (RoundSummary row : recent.subList(Math.max(0, recent.size() - ROWS), recent.size())) {
      text.append(
          format(
              Locale.ROOT,
              "| %d | %d/%d | %s | %s | %.2f | %s |\n",
              row.round(),
              row.answered(),
              row.selected(),
              number(row.accuracy()),
              number(row.loss()),
              row.seconds(),
              notes(row)));
    }
    if (!recent.isEmpty()) {
      exclusions(text, recent.get(recent.size() - 1));
    }
    return text.toString();
  }

  private static String notes(RoundSummary row) {
    return Stream.of(
            row.skipped() ? "skipped" : "",
            row.late() == 0 ? "" : row.late() + " late",
            row.quarantined() == 0 ? "" : row.quarantined() + " quarantined")
        .filter(note -> !note.isEmpty())
        .collect(joining(", "));
  }

  /** Who is not in the newest model, and why. */
  private static void exclusions(StringBuilder text, RoundSummary round) {
    text.append('\n');
    for (Exclusion one : round.exclusions()) {
      String cause = one.cause().name().toLowerCase(Locale.ROOT);
      text.append("- %s %s: %s\n".formatted(one.site(), cause, line(one.reason())));
    }
    int more = round.excluded() - round.exclusions().size();
    if (more > 0) {
      text.append("- and ").append(more).append(" more, in the report\n");
    }
  }

  private static String line(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  private static String number(Optional<Double> value) {
    return value.map(number -> format(Locale.ROOT, "%.4f", number)).orElse("–");
  }
}
