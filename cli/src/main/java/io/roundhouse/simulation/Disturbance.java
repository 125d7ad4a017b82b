package io.roundhouse.simulation;

import io.roundhouse.storage.StoreConfig;
import org.jspecify.annotations.Nullable;

/** What befalls a federation while it works. The defaults leave it alone. */
public interface Disturbance extends AutoCloseable {
  /** Nothing befalls it. */
  Disturbance NONE = new Disturbance() {};

  /** How the workers reach the store that is at {@code direct}. */
  default StoreConfig store(StoreConfig direct) {
    return direct;
  }

  /**
   * Stands in for an activity of the server or of a site, on its thread. What it throws is what the
   * activity throws.
   */
  default @Nullable Object activity(Federation federation, ActivityCall call) {
    return call.proceed();
  }

  /** Told of every batch that a site has trained, on the training's thread. */
  default void batch(Federation federation, TrainedBatch batch) {}

  @Override
  default void close() {}
}
