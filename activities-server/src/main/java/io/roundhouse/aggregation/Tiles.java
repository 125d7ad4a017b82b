package io.roundhouse.aggregation;

import io.roundhouse.storage.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All elements of a model, cut into tiles that threads take one by one. */
final class Tiles {
  private final List<TensorSpec> tensors;
  private final int tile;

  /** Tensor i has the tiles {@code first[i]} to {@code first[i + 1] - 1}. */
  private final long[] first;

  /**
   * Cuts tensors.
   *
   * @param tile most elements of a tile
   */
  Tiles(List<TensorSpec> tensors, int tile) {
    this.tensors = tensors;
    this.tile = tile;
    this.first = new long[tensors.size() + 1];
    for (int i = 0; i < tensors.size(); i++) {
      first[i + 1] = first[i] + (tensors.get(i).elements() + tile - 1) / tile;
    }
  }

  /** What a thread does with a tile. */
  interface Work {
    void accept(int tensor, long element, int count);
  }

  /** Works on every tile once; ends with the first failure. */
  void run(int threads, Supplier<Work> work) {
    AtomicLong next = new AtomicLong();
    if (threads == 1) {
      run(next, work);
      return;
    }
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        results.add(executor.submit(() -> run(next, work)));
      }
      for (Future<?> result : results) {
        result.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the aggregation was interrupted");
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    } finally {
      skipRest(next);
      awaitEnd(executor);
    }
  }

  private static RuntimeException unchecked(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(cause);
  }

  /** Files must stay open until no thread uses them; a tile takes milliseconds. */
  private static void awaitEnd(ExecutorService executor) {
    executor.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = executor.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(AtomicLong next, Supplier<Work> work) {
    try {
      Work each = work.get();
      int tensor = 0;
      long end = first[tensors.size()];
      for (long n = next.getAndIncrement(); n < end; n = next.getAndIncrement()) {
        while (n >= first[tensor + 1]) {
          tensor++;
        }
        long element = (n - first[tensor]) * tile;
        int count = (int) Math.min(tile, tensors.get(tensor).elements() - element);
        each.accept(tensor, element, count);
      }
    } catch (RuntimeException | Error e) {
      skipRest(next);
      throw e;
    }
  }

  private void skipRest(AtomicLong next) {
    next.set(first[tensors.size()]);
  }
}
