package io.roundhouse.workflows;

import static java.lang.String.format;

import io.roundhouse.domain.JobState;
import io.roundhouse.domain.RoundSummary;
import io.roundhouse.spec.JobSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A job's current details in the Web UI. */
final class JobDetails {
  private static final int ROWS = 10;

  private JobDetails() {}

  /** State, best model and the newest rounds as Markdown. */
  static String markdown(JobSpec spec, JobState state, JobProgress progress) {
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "**%s** · %s · round %d of %d\n\n",
            state.name().toLowerCase(Locale.ROOT),
            spec.strategy().name(),
            Math.max(0, progress.round()),
            spec.rounds().count()));
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
    text.append("| round | sites | accuracy | loss | seconds |\n|---|---|---|---|---|\n");
    List<RoundSummary> recent = progress.recent();
    for (RoundSummary row : recent.subList(Math.max(0, recent.size() - ROWS), recent.size())) {
      text.append(
          format(
              Locale.ROOT,
              "| %d | %d/%d | %s | %s | %.2f |\n",
              row.round(),
              row.answered(),
              row.selected(),
              number(row.accuracy()),
              number(row.loss()),
              row.seconds()));
    }
    return text.toString();
  }

  private static String number(Optional<Double> value) {
    return value.map(number -> format(Locale.ROOT, "%.4f", number)).orElse("–");
  }
}
