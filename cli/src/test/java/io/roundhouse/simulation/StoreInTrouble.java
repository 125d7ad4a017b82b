package io.roundhouse.simulation;

import io.roundhouse.storage.StoreConfig;
import java.util.Optional;

/** A store that is reached through a relay. */
class StoreInTrouble implements Disturbance {
  private final StoreRelay.Troublemaker troublemaker;
  private Optional<StoreRelay> relay = Optional.empty();

  StoreInTrouble(StoreRelay.Troublemaker troublemaker) {
    this.troublemaker = troublemaker;
  }

  @Override
  public StoreConfig store(StoreConfig direct) {
    StoreRelay started = StoreRelay.start(direct.endpoint(), troublemaker);
    relay = Optional.of(started);
    return new StoreConfig(
        started.endpoint(),
        direct.region(),
        direct.bucket(),
        direct.accessKey(),
        direct.secretKey());
  }

  @Override
  public void close() {
    relay.ifPresent(StoreRelay::close);
  }
}
