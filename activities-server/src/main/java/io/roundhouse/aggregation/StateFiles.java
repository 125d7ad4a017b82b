package io.roundhouse.aggregation;

import io.roundhouse.domain.Text;
import io.roundhouse.storage.DType;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.TensorPlaces;
import io.roundhouse.storage.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A strategy's state before and after a round. Each of its names stands for a tensor of doubles
 * beside each tensor of the model, {@code m.0_W} beside {@code 0_W}; metadata say whose it is and
 * how often it was applied.
 */
final class StateFiles implements AutoCloseable {
  private static final String STRATEGY = "strategy";
  private static final String STEPS = "steps";

  private final List<TensorSpec> tensors;
  private final int states;
  private final Optional<SafetensorsFile> before;
  private final Optional<SafetensorsWriter> after;
  private final long steps;
  private final int[] places;

  private StateFiles(
      Strategy strategy,
      List<TensorSpec> tensors,
      Optional<SafetensorsFile> before,
      Path nextState) {
    this.tensors = tensors;
    this.states = strategy.state().size();
    this.before = before;
    List<TensorSpec> specs = specs(strategy, tensors);
    this.places = before.map(file -> places(file, specs)).orElse(new int[0]);
    this.steps = before.map(file -> steps(file, strategy)).orElse(0L) + 1;
    this.after =
        specs.isEmpty()
            ? Optional.empty()
            : Optional.of(
                SafetensorsWriter.create(
                    nextState,
                    specs,
                    Map.of(STRATEGY, strategy.name(), STEPS, Long.toString(steps))));
  }

  static StateFiles open(
      Strategy strategy, List<TensorSpec> tensors, Optional<Path> state, Path nextState) {
    Optional<SafetensorsFile> before =
        state.filter(file -> !strategy.state().isEmpty()).map(SafetensorsFile::open);
    try {
      return new StateFiles(strategy, tensors, before, nextState);
    } catch (RuntimeException e) {
      before.ifPresent(SafetensorsFile::close);
      throw e;
    }
  }

  private static List<TensorSpec> specs(Strategy strategy, List<TensorSpec> tensors) {
    List<TensorSpec> specs = new ArrayList<>();
    for (String name : strategy.state()) {
      for (TensorSpec tensor : tensors) {
        specs.add(new TensorSpec(name + "." + tensor.name(), DType.F64, tensor.shape()));
      }
    }
    return specs;
  }

  private static int[] places(SafetensorsFile file, List<TensorSpec> specs) {
    List<String> differences = TensorPlaces.differences(file.tensors(), specs);
    if (!differences.isEmpty()) {
      throw new AggregationException(
          "the state does not fit the model: "
              + String.join("; ", differences)
              + ", perhaps you should start without the state");
    }
    return TensorPlaces.of(file.tensors(), specs);
  }

  private static long steps(SafetensorsFile file, Strategy strategy) {
    String owner = file.metadata().getOrDefault(STRATEGY, "");
    String steps = file.metadata().getOrDefault(STEPS, "");
    if (!owner.equals(strategy.name()) || !steps.matches("[1-9][0-9]{0,17}")) {
      throw new AggregationException(
          "the state is of strategy "
              + Text.quote(owner)
              + " after "
              + Text.quote(steps)
              + " steps, perhaps you should start "
              + strategy.name()
              + " without it");
    }
    return Long.parseLong(steps);
  }

  /** How often the strategy was applied, the coming time included. */
  long steps() {
    return steps;
  }

  /** Reads the state of a slice; zeros in the first round. */
  void read(int tensor, long element, Slice slice) {
    for (int i = 0; i < states; i++) {
      double[] into = slice.state()[i];
      if (before.isPresent()) {
        int place = places[i * tensors.size() + tensor];
        before.get().read(place, element, into, 0, slice.length());
      } else {
        Arrays.fill(into, 0);
      }
    }
  }

  void write(int tensor, long element, Slice slice) {
    for (int i = 0; i < states; i++) {
      int place = i * tensors.size() + tensor;
      after.orElseThrow().write(place, element, slice.state()[i], 0, slice.length());
    }
  }

  @Override
  public void close() {
    before.ifPresent(SafetensorsFile::close);
    after.ifPresent(SafetensorsWriter::close);
  }
}
