package io.roundhouse.workflows;

import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.UpdatesSpec;
import io.temporal.failure.ApplicationFailure;
import org.jspecify.annotations.Nullable;

/**
 * What a workflow looks at in an answer of a site before it works with it: a site that is broken,
 * or hostile, harms itself only. The tensors of an update are looked at when they are aggregated.
 */
final class Answers {
  /** A key of an S3 store is no longer. */
  private static final int LONGEST_PATH = 1024;

  private static final int LONGEST_SIGNATURE = 16_384;
  private static final double LONGEST_SECONDS = 1e10;

  private Answers() {}

  /** A site answers in its own name only, and shortly. */
  static Update requireUsable(@Nullable Update update, SiteName asked) {
    if (update == null) {
      throw refused("it answered nothing", "NoAnswer");
    }
    if (!update.site().equals(asked)) {
      throw refused("it answered in the name of " + update.site(), "WrongSite");
    }
    int path = update.artifact().path().length();
    if (path > LONGEST_PATH) {
      throw refused("its artifact has a path of " + path + " characters", "UpdateRefused");
    }
    int signature = update.signature().map(String::length).orElse(0);
    if (signature > LONGEST_SIGNATURE) {
      throw refused("its signature has " + signature + " characters", "UpdateRefused");
    }
    if (!(update.seconds() >= 0 && update.seconds() <= LONGEST_SECONDS)) {
      throw refused("it says that it trained for " + update.seconds() + " s", "UpdateRefused");
    }
    return update;
  }

  /** What a site measured counts by the examples that it says it has. */
  static Metrics requireUsable(@Nullable Metrics metrics, UpdatesSpec limits) {
    if (metrics == null) {
      throw refused("it answered nothing", "NoAnswer");
    }
    if (!(metrics.accuracy() >= 0 && metrics.accuracy() <= 1)) {
      throw refused("it measured an accuracy of " + metrics.accuracy(), "MetricsRefused");
    }
    if (!Double.isFinite(metrics.loss())) {
      throw refused("it measured a loss of " + metrics.loss(), "MetricsRefused");
    }
    if (metrics.examples() > limits.maxExamples()) {
      throw refused(
          "it measured on %d examples, more than %d"
              .formatted(metrics.examples(), limits.maxExamples()),
          "MetricsRefused");
    }
    return metrics;
  }

  private static ApplicationFailure refused(String message, String type) {
    return ApplicationFailure.newNonRetryableFailure(message, type);
  }
}
