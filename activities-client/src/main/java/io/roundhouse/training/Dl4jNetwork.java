package io.roundhouse.training;

import io.roundhouse.domain.Seed;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.storage.DType;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** A DL4J network with the weights of given tensors. */
final class Dl4jNetwork implements AutoCloseable {
  private final MultiLayerNetwork network;
  private final List<Tensor> model;

  private Dl4jNetwork(MultiLayerNetwork network, List<Tensor> model) {
    this.network = network;
    this.model = model;
  }

  /**
   * Builds the network.
   *
   * @throws ModelMismatchException if the tensors are not those of the network
   */
  static Dl4jNetwork of(MultiLayerConfiguration configuration, List<Tensor> model) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    // With parameters given, DL4J does not draw any.
    network.init(Nd4j.zeros(DataType.FLOAT, 1, Dl4jNetworks.parameters(configuration)), false);
    ModelShapes.requireSame(model.stream().map(Tensor::spec).toList(), specs(network));
    for (Tensor tensor : model) {
      INDArray view = network.getParam(tensor.spec().name());
      try (INDArray values = Nd4j.create(tensor.values(), view.shape(), 'c')) {
        view.assign(values);
      }
    }
    return new Dl4jNetwork(network, model);
  }

  /** DL4J's own initial weights. */
  static List<Tensor> initialTensors(ModelSpec.Dl4j architecture, Seed seed) {
    MultiLayerConfiguration configuration = Dl4jNetworks.configuration(architecture, new NoOp());
    for (NeuralNetConfiguration layer : configuration.getConfs()) {
      layer.setSeed(seed.value());
    }
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    try (Dl4jNetwork initial = new Dl4jNetwork(network, List.of())) {
      return initial.read(specs(network));
    }
  }

  MultiLayerNetwork network() {
    return network;
  }

  /** The weights as they are now, in the order of the tensors given. */
  List<Tensor> tensors() {
    return read(model.stream().map(Tensor::spec).toList());
  }

  /** Frees native memory at once; DL4J's own close would collect the garbage of the whole JVM. */
  @Override
  public void close() {
    Updater updater = network.getUpdater(false);
    if (updater != null) {
      free(updater.getStateViewArray());
    }
    free(network.getFlattenedGradients());
    free(network.params());
  }

  private static void free(@Nullable INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }

  private List<Tensor> read(List<TensorSpec> specs) {
    List<Tensor> tensors = new ArrayList<>();
    for (TensorSpec spec : specs) {
      try (INDArray rowMajor = network.getParam(spec.name()).dup('c')) {
        tensors.add(new Tensor(spec, rowMajor.data().asFloat()));
      }
    }
    return tensors;
  }

  private static List<TensorSpec> specs(MultiLayerNetwork network) {
    List<TensorSpec> specs = new ArrayList<>();
    network
        .paramTable()
        .forEach(
            (name, values) ->
                specs.add(
                    new TensorSpec(
                        name, DType.F32, Arrays.stream(values.shape()).boxed().toList())));
    return specs;
  }
}
