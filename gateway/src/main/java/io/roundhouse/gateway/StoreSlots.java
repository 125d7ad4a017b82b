package io.roundhouse.gateway;

import java.util.ArrayDeque;
import java.util.Queue;

/** Places for requests to the store, first come, first served. */
final class StoreSlots {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int free;

  StoreSlots(int places) {
    free = places;
  }

  /** Calls back when there is a place, perhaps at once; it is given back by {@link #release}. */
  void acquire(Runnable then) {
    synchronized (this) {
      if (free == 0) {
        waiting.add(then);
        return;
      }
      free--;
    }
    then.run();
  }

  void release() {
    Runnable next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        free++;
        return;
      }
    }
    next.run();
  }
}
