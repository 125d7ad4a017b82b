package io.roundhouse.spec;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.util.Locale;

/** What becomes of an update that comes after its round has closed. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LateSpec.Discard.class, name = "discard"),
  @JsonSubTypes.Type(value = LateSpec.Fold.class, name = "fold"),
  @JsonSubTypes.Type(value = LateSpec.Buffer.class, name = "buffer"),
  @JsonSubTypes.Type(value = LateSpec.Hold.class, name = "hold")
})
public sealed interface LateSpec {
  /** Sites that are still at work when a round closes are told to stop. */
  record Discard() implements LateSpec {}

  /**
   * It goes into the next round that starts, weighted by {@link Staleness}.
   *
   * @param staleness what a late update is worth
   */
  record Fold(Staleness staleness) implements LateSpec {
    public Fold {
      requireNonNull(staleness, "staleness is null");
    }
  }

  /**
   * Rounds close as soon as {@code size} updates are there, late ones counted (FedBuff, Nguyen et
   * al. 2022, arXiv 2106.06639). A site that is still at work is not asked again until it is done.
   *
   * @param size updates in a global model, at least 1
   * @param staleness what a late update is worth
   */
  record Buffer(int size, Staleness staleness) implements LateSpec {
    public Buffer {
      requireNonNull(staleness, "staleness is null");
    }
  }

  /**
   * An operator accepts or discards each.
   *
   * @param staleness what an accepted one is worth
   */
  record Hold(Staleness staleness) implements LateSpec {
    public Hold {
      requireNonNull(staleness, "staleness is null");
    }
  }

  /**
   * The worth of an update that is {@code s} rounds late: {@code (1 + s)^-exponent} of its examples
   * (Xie et al. 2019, arXiv 1903.03934), and nothing when it is more than {@code oldest} rounds
   * late.
   *
   * @param exponent 0 to 10
   * @param oldest at least 1
   * @param within how long after a round's close its late updates are waited for
   */
  record Staleness(double exponent, int oldest, Duration within) {
    /** That of a spec that says nothing about it, where late updates are not used anyway. */
    static final Staleness NONE = new Staleness(0, 1, Duration.ZERO);

    public Staleness {
      requireNonNull(within, "within is null");
    }

    /** The factor on the weight of an update that is so many rounds late. */
    public double factor(int rounds) {
      return StrictMath.pow(1.0 + rounds, -exponent);
    }
  }

  /** What a late update is worth. */
  default Staleness worth() {
    if (this instanceof Fold fold) {
      return fold.staleness();
    }
    if (this instanceof Buffer buffer) {
      return buffer.staleness();
    }
    return this instanceof Hold hold ? hold.staleness() : Staleness.NONE;
  }

  /** Whether an update of one round may go into another. */
  default boolean takes(int trained, int round) {
    return outlivesRounds() && trained < round && round - trained <= worth().oldest();
  }

  /** Whether trainings go on after their round has closed. */
  default boolean outlivesRounds() {
    return !(this instanceof Discard);
  }

  /** Its name in a spec. */
  default String name() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
