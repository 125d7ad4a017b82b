package io.roundhouse.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.RoundSummary;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rounds of a job as comma-separated values (RFC 4180, with LF), a header first and then a row
 * a round. A cell without a value is empty; only the last one, which is text, is in quotes.
 */
public final class MetricsCsv {
  private static final List<String> COLUMNS =
      List.of(
          "round",
          "selected",
          "answered",
          "quarantined",
          "accuracy",
          "loss",
          "federated_accuracy",
          "federated_loss",
          "train_seconds",
          "aggregate_seconds",
          "evaluate_seconds",
          "seconds",
          "bytes",
          "model_sha256",
          "take",
          "outcome",
          "late",
          "absent",
          "exclusions");
  private static final int MOST_EXCLUSIONS = 100;
  private static final int LONGEST_REASON = 300;

  private MetricsCsv() {}

  /**
   * The file's bytes. {@code accuracy} and {@code loss} are the ones that judge the round, {@code
   * federated_…} the mean over the sites; {@code answered} counts the late updates too, {@code
   * absent} the sites that were not asked; {@code exclusions} names who is not in the model, or did
   * not evaluate it, and why.
   */
  public static byte[] write(JobRecord record) {
    return Stream.concat(
            Stream.of(String.join(",", COLUMNS)), record.rounds().stream().map(MetricsCsv::row))
        .map(line -> line + "\n")
        .collect(Collectors.joining())
        .getBytes(UTF_8);
  }

  private static String row(RoundManifest manifest) {
    RoundSummary summary = manifest.summary();
    Evaluation evaluation = manifest.evaluation();
    RoundManifest.Seconds seconds = manifest.seconds();
    return Stream.of(
            summary.round(),
            summary.selected(),
            summary.answered(),
            summary.quarantined(),
            cell(summary.accuracy()),
            cell(summary.loss()),
            cell(evaluation.federated().map(Metrics::accuracy)),
            cell(evaluation.federated().map(Metrics::loss)),
            seconds.train(),
            seconds.aggregate(),
            seconds.evaluate(),
            seconds.total(),
            summary.bytes(),
            summary.modelSha256(),
            manifest.take(),
            manifest.outcome().name().toLowerCase(Locale.ROOT),
            summary.late(),
            ExclusionTable.absent(manifest),
            exclusions(summary))
        .map(String::valueOf)
        .collect(Collectors.joining(","));
  }

  /** {@code s03 quarantined: it holds NaN; s05 offline: …}, in quotes. */
  private static String exclusions(RoundSummary summary) {
    String text =
        summary.exclusions().stream()
            .limit(MOST_EXCLUSIONS)
            .map(one -> one.cut(LONGEST_REASON))
            .map(one -> one.site() + " " + Outcome.of(one.cause()).label() + ": " + one.reason())
            .collect(Collectors.joining("; "));
    String safe = text.replaceAll("\\p{Cntrl}", " ").replace("\"", "\"\"");
    return safe.isEmpty() ? "" : "\"" + safe + "\"";
  }

  private static String cell(Optional<Double> value) {
    return value.map(String::valueOf).orElse("");
  }
}
