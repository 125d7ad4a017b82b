package io.roundhouse.spec;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Which updates are refused, what follows, and which stay in the store. An update that is
 * malformed, not finite or not what its task asked for is refused whatever is written here.
 *
 * @param maxNorm largest Euclidean distance from the global model it started from
 * @param outlier refused if that distance is more than so many times the larger of the global
 *     model's norm and the median distance of the round's updates; 0 for no such check
 * @param maxValue largest absolute value of any of its elements
 * @param minExamples fewest examples
 * @param maxExamples most examples
 * @param suspendAfter a site whose updates were refused in so many rounds is suspended
 * @param failAbove the job fails if more than this share of a round's updates is refused, 0 to 1
 * @param keep which updates stay in the store; absent in specs from before there was a choice
 */
public record UpdatesSpec(
    Optional<Double> maxNorm,
    double outlier,
    Optional<Double> maxValue,
    long minExamples,
    long maxExamples,
    Optional<Integer> suspendAfter,
    Optional<Double> failAbove,
    Optional<Keep> keep) {
  /** Which updates stay in the store once the job does not need them any more. */
  public enum Keep {
    /** All, so that every model can be made again from what it is made of. */
    ALL,
    /**
     * Those that were refused, as somebody may want to know why. What a model is made of goes when
     * its round counts, the rest when the job ends.
     */
    REFUSED
  }

  /** The limits of a spec that sets none. */
  public static final UpdatesSpec DEFAULT =
      new UpdatesSpec(
          Optional.empty(),
          100,
          Optional.empty(),
          1,
          1_000_000_000,
          Optional.empty(),
          Optional.empty(),
          Optional.of(Keep.ALL));

  public UpdatesSpec {
    requireNonNull(maxNorm, "maxNorm is null");
    requireNonNull(maxValue, "maxValue is null");
    requireNonNull(suspendAfter, "suspendAfter is null");
    requireNonNull(failAbove, "failAbove is null");
    requireNonNull(keep, "keep is null");
  }

  /** Which updates stay in the store. */
  public Keep kept() {
    return keep.orElse(Keep.ALL);
  }
}
