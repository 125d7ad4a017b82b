package io.roundhouse.simulation;

import io.roundhouse.workflows.AggregateTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Lets the first attempt at every aggregation fail. */
final class AggregationFails extends StoreInTrouble {
  private final Moment moment;
  private final AtomicInteger attempt;
  private final AtomicInteger attempts = new AtomicInteger();

  /** When it fails; {@code DURING}: when its state is stored, and half of its model. */
  enum Moment {
    BEFORE,
    DURING,
    AFTER
  }

  AggregationFails(Moment moment) {
    this(moment, new AtomicInteger());
  }

  private AggregationFails(Moment moment, AtomicInteger attempt) {
    super(
        (method, path) ->
            moment == Moment.DURING
                    && attempt.get() == 1
                    && method.equals("PUT")
                    && path.contains("/global.safetensors")
                ? StoreRelay.Trouble.CUT_REQUEST
                : StoreRelay.Trouble.NONE);
    this.moment = moment;
    this.attempt = attempt;
  }

  /** Attempts at all aggregations together. */
  int attempts() {
    return attempts.get();
  }

  @Override
  public @Nullable Object activity(Federation federation, ActivityCall call) {
    if (!(call.task() instanceof AggregateTask)) {
      return call.proceed();
    }
    attempts.incrementAndGet();
    attempt.set(call.attempt());
    if (moment == Moment.BEFORE && call.attempt() == 1) {
      throw new IllegalStateException("failed before");
    }
    Object result = call.proceed();
    if (moment == Moment.AFTER && call.attempt() == 1) {
      throw new IllegalStateException("failed after");
    }
    return result;
  }
}
