package io.roundhouse.gateway;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tasks whose end went through this gateway: their tokens give no more access to artifacts. What
 * went through another gateway is not known here; there the grants end with the task's time.
 */
final class EndedTasks {
  private static final int MOST = 100_000;

  private final Map<ByteString, Instant> ended =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteString, Instant> eldest) {
          return size() > MOST || Instant.now().isAfter(eldest.getValue());
        }
      };

  synchronized void add(TaskClaim claim) {
    ended.put(claim.token(), claim.until());
  }

  /**
   * @throws Refusal if the task has ended
   */
  synchronized void requireRunning(TaskClaim claim) {
    if (ended.containsKey(claim.token())) {
      throw Refusal.forbidden("the task has ended, perhaps you should not use its token again");
    }
  }
}
