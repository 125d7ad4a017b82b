package io.roundhouse.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Text;
import io.roundhouse.spec.ModelSpec;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Architectures in DL4J's terms. */
final class Dl4jNetworks {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_DEFINITION = 1 << 20;
  private static final int LONGEST_REASON = 200;
  private static final List<String> PACKAGES =
      List.of("org.deeplearning4j.nn.", "org.nd4j.linalg.");

  private Dl4jNetworks() {}

  /**
   * The configuration of a network that is trained by the given updater.
   *
   * @throws ModelMismatchException if DL4J cannot make such a network
   */
  static MultiLayerConfiguration configuration(ModelSpec architecture, IUpdater updater) {
    if (architecture instanceof ModelSpec.Mlp mlp) {
      return mlp(mlp, updater);
    }
    if (architecture instanceof ModelSpec.Lenet lenet) {
      return lenet(lenet, updater);
    }
    if (architecture instanceof ModelSpec.Dl4j dl4j) {
      return defined(dl4j.definition(), updater);
    }
    throw new ModelMismatchException(
        "the trainer dl4j does not know models of type tensors, perhaps you should write mlp, lenet"
            + " or dl4j, or trainer: program");
  }

  /**
   * Refuses architectures that DL4J cannot make, and rows that they cannot take.
   *
   * @throws ModelMismatchException with what does not fit what
   */
  static void requireFit(ModelSpec architecture, Dataset rows) {
    requireFit(configuration(architecture, new NoOp()), rows);
  }

  /**
   * Refuses rows that the network cannot take.
   *
   * @throws ModelMismatchException with both numbers
   */
  static void requireFit(MultiLayerConfiguration network, Dataset rows) {
    long inputs = inputs(network);
    if (rows.width() != inputs) {
      throw new ModelMismatchException(
          "the model has "
              + inputs
              + " inputs, but rows have "
              + rows.width()
              + " features, perhaps you should bind another data set or change the model's inputs");
    }
    long outputs = output(network).getNOut();
    if (rows.classes() > outputs) {
      throw new ModelMismatchException(
          "the model has "
              + outputs
              + " outputs, but labels go up to "
              + (rows.classes() - 1)
              + ", perhaps you should bind another data set or give the model "
              + rows.classes()
              + " outputs");
    }
  }

  static int outputs(MultiLayerConfiguration network) {
    return Math.toIntExact(output(network).getNOut());
  }

  /** Number of parameters. */
  static long parameters(MultiLayerConfiguration network) {
    return network.getConfs().stream()
        .mapToLong(layer -> layer.getLayer().initializer().numParams(layer))
        .sum();
  }

  private static MultiLayerConfiguration mlp(ModelSpec.Mlp mlp, IUpdater updater) {
    ModelShapes.of(mlp);
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().updater(updater).list();
    int in = mlp.inputs();
    for (int width : mlp.hidden()) {
      layers.layer(
          new DenseLayer.Builder().nIn(in).nOut(width).activation(Activation.RELU).build());
      in = width;
    }
    return layers.layer(softmax().nIn(in).nOut(mlp.outputs()).build()).build();
  }

  private static MultiLayerConfiguration lenet(ModelSpec.Lenet lenet, IUpdater updater) {
    ModelShapes.of(lenet);
    return new NeuralNetConfiguration.Builder()
        .updater(updater)
        .list()
        .layer(convolution(lenet, ModelShapes.FIRST_MAPS))
        .layer(pooling())
        .layer(convolution(lenet, ModelShapes.SECOND_MAPS))
        .layer(pooling())
        .layer(
            new DenseLayer.Builder()
                .nOut(ModelShapes.LENET_DENSE)
                .activation(Activation.RELU)
                .build())
        .layer(softmax().nOut(lenet.outputs()).build())
        .setInputType(InputType.convolutionalFlat(lenet.height(), lenet.width(), lenet.channels()))
        .build();
  }

  private static ConvolutionLayer convolution(ModelSpec.Lenet lenet, int maps) {
    int kernel = ModelShapes.kernel(lenet);
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(maps)
        .convolutionMode(kernel == 3 ? ConvolutionMode.Same : ConvolutionMode.Truncate)
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  private static OutputLayer.Builder softmax() {
    return new OutputLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX);
  }

  private static MultiLayerConfiguration defined(String definition, IUpdater updater) {
    requireKnownClasses(definition);
    MultiLayerConfiguration network;
    try {
      network = MultiLayerConfiguration.fromJson(definition);
    } catch (RuntimeException e) {
      throw unusable(firstLine(e), e);
    }
    if (network.getConfs() == null || network.getConfs().isEmpty()) {
      throw unusable("it has no layers");
    }
    output(network);
    inputs(network);
    for (NeuralNetConfiguration layer : network.getConfs()) {
      if (layer.getLayer() instanceof BaseLayer trained) {
        trained.setIUpdater(updater);
        trained.setBiasUpdater(null);
      }
    }
    ModelShapes.requireFitsMemory(parameters(network));
    return network;
  }

  /** A definition names Java classes: only DL4J's own are let in. */
  private static void requireKnownClasses(String definition) {
    if (definition.length() > LONGEST_DEFINITION) {
      throw unusable("it is longer than " + LONGEST_DEFINITION + " characters");
    }
    try {
      JsonNode tree = JSON.readTree(definition);
      for (JsonNode name : tree.findValues("@class")) {
        if (PACKAGES.stream().noneMatch(name.asText()::startsWith)) {
          throw unusable("it names the class " + Text.quote(name.asText()));
        }
      }
    } catch (JsonProcessingException e) {
      throw unusable("it is not JSON", e);
    }
  }

  private static long inputs(MultiLayerConfiguration network) {
    InputPreProcessor first = network.getInputPreProcess(0);
    if (first instanceof FeedForwardToCnnPreProcessor image) {
      return image.getNumChannels() * image.getInputHeight() * image.getInputWidth();
    }
    if (network.getConf(0).getLayer() instanceof DenseLayer dense) {
      return dense.getNIn();
    }
    if (network.getConf(0).getLayer() instanceof OutputLayer output) {
      return output.getNIn();
    }
    throw unusable("its first layer takes neither flat rows nor flat images");
  }

  private static OutputLayer output(MultiLayerConfiguration network) {
    if (network.getConf(network.getConfs().size() - 1).getLayer() instanceof OutputLayer output) {
      return output;
    }
    throw unusable("its last layer is not an OutputLayer");
  }

  /** What a parser says first; the rest is about its own insides. */
  private static String firstLine(RuntimeException failure) {
    String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    String said = line.replaceAll("\\b[a-z][a-zA-Z0-9]*\\.", "").strip();
    return said.length() <= LONGEST_REASON ? said : said.substring(0, LONGEST_REASON) + "…";
  }

  private static ModelMismatchException unusable(String why) {
    return new ModelMismatchException(sentence(why));
  }

  private static ModelMismatchException unusable(String why, Throwable cause) {
    return new ModelMismatchException(sentence(why), cause);
  }

  private static String sentence(String why) {
    return "the model's DL4J definition cannot be used: "
        + why
        + ", perhaps you should write it with MultiLayerConfiguration.toJson() of DL4J 1.0.0-M2.1";
  }
}
