package io.roundhouse.spec;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Comparator;
import java.util.List;

/** The model that a job trains. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ModelSpec.Mlp.class, name = "mlp"),
  @JsonSubTypes.Type(value = ModelSpec.Lenet.class, name = "lenet"),
  @JsonSubTypes.Type(value = ModelSpec.Dl4j.class, name = "dl4j"),
  @JsonSubTypes.Type(value = ModelSpec.Tensors.class, name = "tensors")
})
public sealed interface ModelSpec {
  /**
   * Fully connected layers with ReLU between them and softmax cross-entropy at the end.
   *
   * @param inputs features of a row
   * @param hidden widths of the hidden layers, possibly none
   * @param outputs classes
   */
  record Mlp(int inputs, List<Integer> hidden, int outputs) implements ModelSpec {
    public Mlp {
      hidden = List.copyOf(hidden);
    }
  }

  /**
   * Two 5×5 convolutions (20 and 50 maps; padded 3×3 for images under 16 pixels) with ReLU and 2×2
   * max pooling, a dense layer of 500 and softmax cross-entropy, after LeCun et al. 1998.
   *
   * @param channels of the image
   * @param height of the image in pixels
   * @param width of the image in pixels
   * @param outputs classes
   */
  record Lenet(int channels, int height, int width, int outputs) implements ModelSpec {}

  /**
   * A DL4J {@code MultiLayerConfiguration} as JSON.
   *
   * @param definition the JSON text
   */
  record Dl4j(String definition) implements ModelSpec {
    public Dl4j {
      requireNonNull(definition, "definition is null");
    }
  }

  /**
   * Tensors that a program knows what to do with.
   *
   * @param tensors what they are, sorted by name; none where the job's start model says it
   */
  record Tensors(List<Shape> tensors) implements ModelSpec {
    /**
     * One tensor of 32-bit floating-point numbers.
     *
     * @param name as the program calls it
     * @param shape its dimensions, outermost first; empty for a single number
     */
    public record Shape(String name, List<Long> shape) {
      public Shape {
        requireNonNull(name, "name is null");
        shape = List.copyOf(shape);
      }
    }

    public Tensors {
      tensors = tensors.stream().sorted(Comparator.comparing(Shape::name)).toList();
    }
  }
}
