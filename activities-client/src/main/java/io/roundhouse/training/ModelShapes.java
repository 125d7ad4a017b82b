package io.roundhouse.training;

import io.roundhouse.spec.ModelSpec;
import io.roundhouse.storage.DType;
import io.roundhouse.storage.TensorPlaces;
import io.roundhouse.storage.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tensors of a model. Layer i has weights {@code i_W}, {@code [in, out]} if dense and {@code
 * [out, in, height, width]} if a convolution, and biases {@code i_b}, {@code [out]}.
 */
public final class ModelShapes {
  /** Images below this many pixels are convolved 3×3 with padding, others 5×5 without. */
  static final int SMALL_IMAGE = 16;

  static final int FIRST_MAPS = 20;
  static final int SECOND_MAPS = 50;
  static final int LENET_DENSE = 500;

  private ModelShapes() {}

  /**
   * Those of a model whose spec says what they are; empty where an engine has to be asked.
   *
   * @throws ModelMismatchException if it is a network that does not fit in memory
   */
  public static Optional<List<TensorSpec>> known(ModelSpec architecture) {
    if (architecture instanceof ModelSpec.Mlp mlp) {
      return Optional.of(of(mlp));
    }
    if (architecture instanceof ModelSpec.Lenet lenet) {
      return Optional.of(of(lenet));
    }
    if (architecture instanceof ModelSpec.Tensors tensors) {
      return Optional.of(
          tensors.tensors().stream()
              .map(one -> new TensorSpec(one.name(), DType.F32, one.shape()))
              .toList());
    }
    return Optional.empty();
  }

  /** A multilayer perceptron's. */
  static List<TensorSpec> of(ModelSpec.Mlp mlp) {
    List<TensorSpec> shapes = new ArrayList<>();
    int in = mlp.inputs();
    for (int layer = 0; layer <= mlp.hidden().size(); layer++) {
      int out = layer == mlp.hidden().size() ? mlp.outputs() : mlp.hidden().get(layer);
      addLayer(shapes, layer, in, out);
      in = out;
    }
    requireFitsMemory(parameters(shapes));
    return shapes;
  }

  /** A LeNet's; layers 1 and 3 are pooling and have none. */
  static List<TensorSpec> of(ModelSpec.Lenet lenet) {
    int kernel = kernel(lenet);
    List<TensorSpec> shapes = new ArrayList<>();
    addLayer(shapes, 0, FIRST_MAPS, lenet.channels(), kernel, kernel);
    addLayer(shapes, 2, SECOND_MAPS, FIRST_MAPS, kernel, kernel);
    addLayer(
        shapes,
        4,
        (long) SECOND_MAPS * pooled(lenet.height(), lenet) * pooled(lenet.width(), lenet),
        LENET_DENSE);
    addLayer(shapes, 5, LENET_DENSE, lenet.outputs());
    requireFitsMemory(parameters(shapes));
    return shapes;
  }

  static int kernel(ModelSpec.Lenet lenet) {
    return Math.min(lenet.height(), lenet.width()) < SMALL_IMAGE ? 3 : 5;
  }

  /** At most {@link Long#MAX_VALUE}. */
  private static long parameters(List<TensorSpec> shapes) {
    double sum = shapes.stream().mapToDouble(TensorSpec::elements).sum();
    return (long) sum;
  }

  /**
   * Refuses models that would leave no memory to train them.
   *
   * @throws ModelMismatchException if the parameters would take more than a quarter of the heap
   */
  static void requireFitsMemory(long parameters) {
    long most =
        Math.min(Runtime.getRuntime().maxMemory() / Float.BYTES / 4, Integer.MAX_VALUE - 8L);
    if (parameters > most) {
      throw new ModelMismatchException(
          "the model has %d parameters, but only %d can be trained here, perhaps you should give"
                  .formatted(parameters, most)
              + " the JVM a larger heap (-Xmx) or use narrower layers");
    }
  }

  /**
   * Compares a model's tensors with those of its architecture, whatever their order.
   *
   * @throws ModelMismatchException if one is missing, too many, or of another type or shape
   */
  static void requireSame(List<TensorSpec> model, List<TensorSpec> architecture) {
    List<String> differences = TensorPlaces.differences(model, architecture);
    if (!differences.isEmpty()) {
      throw new ModelMismatchException(
          "the model does not fit its architecture: "
              + String.join("; ", differences)
              + ", perhaps you should check that the job's model is the one that was trained");
    }
  }

  private static int pooled(int pixels, ModelSpec.Lenet lenet) {
    int lost = kernel(lenet) == 3 ? 0 : 4;
    return ((pixels - lost) / 2 - lost) / 2;
  }

  private static void addLayer(List<TensorSpec> shapes, int layer, long... weights) {
    List<Long> shape = new ArrayList<>();
    for (long size : weights) {
      shape.add(size);
    }
    shapes.add(new TensorSpec(layer + "_W", DType.F32, shape));
    long biases = weights.length == 2 ? weights[1] : weights[0];
    shapes.add(new TensorSpec(layer + "_b", DType.F32, List.of(biases)));
  }
}
