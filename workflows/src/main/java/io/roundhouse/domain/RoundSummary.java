package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Exclusion.Cause;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A finished round in one row.
 *
 * @param round its number
 * @param skipped whether too few updates came and the model stayed as it was
 * @param selected sites asked
 * @param answered updates in the model
 * @param late those of them that came from an earlier round
 * @param quarantined sites whose update was refused
 * @param accuracy of the model just made, 0 to 1, if it was evaluated
 * @param loss of the model just made, if it was evaluated
 * @param seconds the whole round
 * @param bytes models and updates moved between sites and store
 * @param modelSha256 digest of the model just made
 * @param exclusions the sites that are not in the model, or did not evaluate it, and why, in site
 *     order
 * @param excluded how many they are, where not all are told
 */
public record RoundSummary(
    int round,
    boolean skipped,
    int selected,
    int answered,
    int late,
    int quarantined,
    Optional<Double> accuracy,
    Optional<Double> loss,
    double seconds,
    long bytes,
    Digest modelSha256,
    List<Exclusion> exclusions,
    int excluded) {
  private static final int MOST_EXCLUSIONS = 5;
  private static final int LONGEST_REASON = 300;
  private static final List<Cause> WORST =
      List.of(
          Cause.QUARANTINED,
          Cause.FAILED,
          Cause.OFFLINE,
          Cause.UNFIT,
          Cause.SUSPENDED,
          Cause.LATE,
          Cause.BUSY);

  public RoundSummary {
    requireNonNull(accuracy, "accuracy is null");
    requireNonNull(loss, "loss is null");
    requireNonNull(modelSha256, "modelSha256 is null");
    exclusions = List.copyOf(exclusions);
  }

  /** The same, with no more words than a running job can carry along: what is worst comes first. */
  public RoundSummary brief() {
    List<Exclusion> worst =
        exclusions.stream()
            .sorted(Comparator.comparing((Exclusion one) -> WORST.indexOf(one.cause())))
            .limit(MOST_EXCLUSIONS)
            .map(one -> one.cut(LONGEST_REASON))
            .sorted(Comparator.comparing(Exclusion::site))
            .toList();
    return new RoundSummary(
        round,
        skipped,
        selected,
        answered,
        late,
        quarantined,
        accuracy,
        loss,
        seconds,
        bytes,
        modelSha256,
        worst,
        excluded);
  }
}
