package io.roundhouse.training;

import io.roundhouse.data.Dataset;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** One run of mini-batch gradient descent. */
final class Dl4jTraining implements AutoCloseable {
  private static final String PARAMETERS = "parameters";
  private static final String UPDATER = "updater";

  private final TrainingRequest request;
  private final Dataset rows;
  private final Dl4jNetwork network;
  private final Dl4jBatch full;
  private final Dl4jBatch last;
  private final int batches;

  Dl4jTraining(TrainingRequest request) {
    this.request = request;
    this.rows = request.rows();
    if (rows.size() == 0) {
      throw new ModelMismatchException(
          "there are no rows to train on, perhaps you should hold out fewer");
    }
    TrainingSpec training = request.training();
    MultiLayerConfiguration configuration =
        Dl4jNetworks.configuration(request.architecture(), updater(training));
    Dl4jNetworks.requireFit(configuration, rows);
    int outputs = Dl4jNetworks.outputs(configuration);
    int batch = Math.min(training.batch(), rows.size());
    this.batches = (rows.size() + batch - 1) / batch;
    this.network = Dl4jNetwork.of(configuration, request.model());
    this.full = new Dl4jBatch(batch, rows.width(), outputs);
    this.last = new Dl4jBatch(rows.size() - (batches - 1) * batch, rows.width(), outputs);
  }

  TrainingResult run(TrainingListener listener) {
    Optional<Checkpoint.State> saved =
        request.checkpoint().flatMap(Checkpoint::load).filter(this::isOurs);
    saved.ifPresent(this::restore);
    int epochs = request.training().epochs();
    double loss = 0;
    for (int epoch = saved.map(Checkpoint.State::epochs).orElse(0); epoch < epochs; epoch++) {
      loss = epoch(epoch, listener);
      if (epoch + 1 < epochs) {
        save(epoch + 1);
      }
    }
    List<Tensor> trained = network.tensors();
    request.checkpoint().ifPresent(Checkpoint::delete);
    return new TrainingResult(trained, loss);
  }

  @Override
  public void close() {
    full.close();
    last.close();
    network.close();
  }

  /** One pass over the rows; its mean loss. */
  private double epoch(int epoch, TrainingListener listener) {
    Dataset ordered =
        request.training().order() == TrainingSpec.Order.SHUFFLE
            ? rows.shuffled(request.seed().derive("shuffle").derive(epoch))
            : rows;
    Dl4jRuntime.limitNativeMemory();
    // The generator of dropout belongs to this thread.
    Nd4j.getRandom().setSeed(request.seed().derive("dropout").derive(epoch).value());
    MultiLayerNetwork dl4j = network.network();
    double sum = 0;
    int seen = 0;
    for (int number = 0; number < batches; number++) {
      int size = Math.min(request.training().batch(), rows.size() - seen);
      Dl4jBatch batch = number + 1 < batches ? full : last;
      batch.fill(ordered, seen);
      dl4j.fit(batch.features(), batch.labels());
      requireNumber(dl4j.score(), epoch, number + 1);
      sum += dl4j.score() * size;
      seen += size;
      listener.batch(epoch, number + 1, sum / seen, (long) epoch * rows.size() + seen);
    }
    return sum / seen;
  }

  /** Nothing but NaN comes after NaN. */
  private void requireNumber(double loss, int epoch, int batch) {
    if (Double.isNaN(loss)) {
      throw new DivergedException(
          "the training diverged: its loss is NaN after batch "
              + batch
              + " of epoch "
              + (epoch + 1)
              + ", perhaps you should lower the learningRate ("
              + request.training().learningRate()
              + ") or look at the rows");
    }
  }

  private void save(int epochs) {
    request
        .checkpoint()
        .ifPresent(file -> file.save(new Checkpoint.State(epochs, epochs * batches, state())));
  }

  private void restore(Checkpoint.State saved) {
    MultiLayerNetwork dl4j = network.network();
    restore(dl4j.params(), saved.tensors().get(0));
    if (saved.tensors().size() > 1) {
      restore(dl4j.getUpdater().getStateViewArray(), saved.tensors().get(1));
    }
    dl4j.getLayerWiseConfigurations().setIterationCount(saved.steps());
    dl4j.getLayerWiseConfigurations().setEpochCount(saved.epochs());
  }

  private static void restore(INDArray target, Tensor saved) {
    try (INDArray values = Nd4j.create(saved.values(), target.shape(), 'c')) {
      target.assign(values);
    }
  }

  /** Everything that the next step depends on. */
  private List<Tensor> state() {
    INDArray updater = network.network().getUpdater().getStateViewArray();
    Tensor parameters = vector(PARAMETERS, network.network().params());
    return updater == null ? List.of(parameters) : List.of(parameters, vector(UPDATER, updater));
  }

  private boolean isOurs(Checkpoint.State saved) {
    return specs(saved.tensors()).equals(specs(state()))
        && saved.epochs() < request.training().epochs();
  }

  private static List<TensorSpec> specs(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::spec).toList();
  }

  private static Tensor vector(String name, INDArray values) {
    return Tensor.of(name, List.of(values.length()), values.data().asFloat());
  }

  private static IUpdater updater(TrainingSpec training) {
    double rate = training.learningRate();
    return switch (training.optimizer()) {
      case SGD -> new Sgd(rate);
      case MOMENTUM -> new Nesterovs(rate, 0.9);
      case ADAM -> new Adam(rate, 0.9, 0.999, 1e-8);
    };
  }
}
