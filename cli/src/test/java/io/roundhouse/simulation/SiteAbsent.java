package io.roundhouse.simulation;

import io.roundhouse.domain.SiteName;
import org.jspecify.annotations.Nullable;

/** A site that is dead when the job begins. */
record SiteAbsent(SiteName site) implements Disturbance {
  @Override
  public @Nullable Object activity(Federation federation, ActivityCall call) {
    if (call.type().equals("Open")) {
      federation.kill(site);
    }
    return call.proceed();
  }
}
