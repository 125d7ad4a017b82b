package io.roundhouse.aggregation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Applies a strategy to files of any size, tile by tile, on all processors. Memory is bounded by 16
 * MiB of tiles; the bits of the result depend neither on tiles nor on threads.
 */
public final class Aggregator {
  private static final long MEMORY = 16L << 20;

  /** Smaller models are not worth a second thread. */
  private static final long FEWEST_ELEMENTS = 1_000_000;

  private final Strategy strategy;
  private final AggregationKernel kernel;
  private final int processors;
  private final int largestTile;
  private final long fewestElements;

  /** Aggregates on all processors of this machine. */
  public Aggregator(Strategy strategy, AggregationKernel kernel) {
    this(
        strategy,
        kernel,
        Runtime.getRuntime().availableProcessors(),
        kernel.tile(),
        FEWEST_ELEMENTS);
  }

  /**
   * Aggregates with other limits.
   *
   * @param processors most threads
   * @param largestTile most elements of a tile
   * @param fewestElements models with fewer are aggregated by one thread
   */
  Aggregator(
      Strategy strategy,
      AggregationKernel kernel,
      int processors,
      int largestTile,
      long fewestElements) {
    this.strategy = requireNonNull(strategy, "strategy is null");
    this.kernel = requireNonNull(kernel, "kernel is null");
    this.processors = processors;
    this.largestTile = largestTile;
    this.fewestElements = fewestElements;
  }

  /**
   * Writes the next global model and, where the strategy keeps one, its next state. The same input
   * gives the same bytes. If it fails, what was written is of no use.
   *
   * @param model the global model that the updates started from
   * @param state the strategy's state after the last round; empty in the first
   * @param updates one at least
   * @param nextModel the file to write; tensors and metadata are in the global model's order
   * @param nextState the file to write if {@link Strategy#state()} is not empty
   * @throws AggregationException if there are no updates, the state is not this strategy's, or the
   *     result is not finite
   */
  public void aggregate(
      Path model,
      Optional<Path> state,
      List<CheckedUpdate.Accepted> updates,
      Path nextModel,
      Path nextState) {
    try (SafetensorsFile before = SafetensorsFile.open(model);
        UpdateFiles in = UpdateFiles.open(before.tensors(), updates);
        StateFiles kept = StateFiles.open(strategy, before.tensors(), state, nextState);
        SafetensorsWriter after =
            SafetensorsWriter.create(nextModel, before.tensors(), before.metadata())) {
      long elements = before.tensors().stream().mapToLong(TensorSpec::elements).sum();
      int threads = elements < fewestElements ? 1 : processors;
      long largestTensor =
          before.tensors().stream().mapToLong(TensorSpec::elements).max().orElse(1);
      int tile =
          (int)
              Math.min(
                  Math.max(1, largestTensor),
                  Math.min(largestTile, tile(updates.size(), strategy.state().size(), threads)));
      Tiles tiles = new Tiles(before.tensors(), tile);
      tiles.run(
          threads,
          () -> {
            Slice slice = new Slice(tile, in.weights(), strategy.state().size(), kept.steps());
            return (tensor, element, count) -> {
              slice.start(in.grid(tensor), count);
              before.read(tensor, element, slice.model(), 0, count);
              in.read(tensor, element, slice);
              kept.read(tensor, element, slice);
              strategy.step(slice, kernel);
              requireFinite(before.tensors().get(tensor), element, slice);
              after.write(tensor, element, slice.out(), 0, count);
              kept.write(tensor, element, slice);
            };
          });
    }
  }

  /** Most elements of a tile that keep all threads within the memory. */
  static int tile(int updates, int states, int threads) {
    long elements = MEMORY / (threads * Slice.bytes(updates, states));
    return (int) Math.min(Math.max(1, elements), 1 << 30);
  }

  private static void requireFinite(TensorSpec tensor, long element, Slice slice) {
    float[] out = slice.out();
    for (int i = 0; i < slice.length(); i++) {
      if (!Float.isFinite(out[i])) {
        throw new AggregationException(
            "tensor "
                + Text.quote(tensor.name())
                + " of the next global model would hold "
                + out[i]
                + " at element "
                + (element + i)
                + ", perhaps you should lower the strategy's learningRate");
      }
    }
  }
}
