package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An activity that a worker is about to do.
 *
 * @param type {@code Train}, {@code Aggregate} and so on
 * @param task what it is asked for: its first argument
 * @param attempt which attempt at it, from 1
 * @param activity the activity itself
 */
public record ActivityCall(
    String type, Object task, int attempt, Supplier<@Nullable Object> activity) {
  public ActivityCall {
    requireNonNull(type, "type is null");
    requireNonNull(task, "task is null");
    requireNonNull(activity, "activity is null");
  }

  /** Does it. */
  public @Nullable Object proceed() {
    return activity.get();
  }
}
