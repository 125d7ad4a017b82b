package io.roundhouse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.Seed;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.storage.DType;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialModelTest {
  private static final Tensor A = Tensor.of("a", List.of(2L, 2L), new float[] {1, 2, 3, 4});
  private static final Tensor B = Tensor.of("b", List.of(3L), new float[] {5, 6, 7});

  @TempDir private Path folder = Path.of("");
  private Path file = folder;
  private Path start = folder;

  @BeforeEach
  void nameFiles() {
    file = folder.resolve("model");
    start = folder.resolve("start");
  }

  @Test
  void writesWhatEnginesDraw() {
    ModelSpec wide = new ModelSpec.Mlp(64, List.of(700), 10);
    InitialModel.draw(file, "dl4j", wide, new Seed(42));
    List<Tensor> drawn = Engines.named("dl4j").initialize(wide, new Seed(42));
    assertThat(drawn.get(0).values()).hasSize(44_800);
    assertThat(read()).isEqualTo(drawn);
    assertThat(InitialModel.shapes("dl4j", wide, new Seed(42)))
        .isEqualTo(drawn.stream().map(Tensor::spec).toList());
  }

  @Test
  void refusesAModelThatIsLargerThanTheDisk() {
    ModelSpec huge =
        new ModelSpec.Tensors(
            List.of(new ModelSpec.Tensors.Shape("w", List.of(1L << 28, 1L << 28))));
    assertThatThrownBy(() -> InitialModel.draw(file, "program", huge, new Seed(1)))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageMatching(
            "the model has 288230376.2 GB, but the disk of .* has [0-9.]+ GB left, perhaps you"
                + " should make room or describe a smaller model");
    assertThat(file).doesNotExist();
  }

  @Test
  void takesTheTensorsOfAStartInTheWantedOrderAndNothingElse() {
    SafetensorsWriter.writeAll(start, List.of(B, A), Map.of("made by", "somebody"));
    InitialModel.take(start, List.of(A.spec(), B.spec()), file);
    assertThat(read()).containsExactly(A, B);
    try (SafetensorsFile model = SafetensorsFile.open(file)) {
      assertThat(model.metadata()).isEmpty();
    }
  }

  @Test
  void takesAnyTensorsWhereNoneAreWanted() {
    SafetensorsWriter.writeAll(start, List.of(B, A), Map.of());
    InitialModel.take(start, List.of(), file);
    assertThat(read()).containsExactly(B, A);
  }

  @Test
  void refusesOtherTensors() {
    SafetensorsWriter.writeAll(start, List.of(A, B), Map.of());
    assertThatThrownBy(() -> InitialModel.take(start, List.of(A.spec()), file))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageContaining(
            "the model does not fit its architecture: tensor 'b' is not in the model");
    TensorSpec other = new TensorSpec("c", DType.F32, List.of(3L));
    assertThatThrownBy(() -> InitialModel.take(start, List.of(A.spec(), other), file))
        .hasMessageContaining("tensor 'c' is missing; tensor 'b' is not in the model");
    TensorSpec wider = new TensorSpec("b", DType.F32, List.of(4L));
    assertThatThrownBy(() -> InitialModel.take(start, List.of(A.spec(), wider), file))
        .hasMessageContaining("tensor 'b' has shape [3], not [4]");
    assertThat(file).doesNotExist();
  }

  @Test
  void refusesDoublePrecision() {
    SafetensorsWriter.create(start, List.of(new TensorSpec("w", DType.F64, List.of(2L))), Map.of())
        .close();
    assertThatThrownBy(() -> InitialModel.take(start, List.of(), file))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessage(
            "tensor 'w' is F64, perhaps you should save the model in single precision (F32)");
  }

  @Test
  void namesDoublePrecisionWhereTheShapesAreTheWantedOnes() {
    SafetensorsWriter.create(start, List.of(new TensorSpec("b", DType.F64, List.of(3L))), Map.of())
        .close();
    assertThatThrownBy(() -> InitialModel.take(start, List.of(B.spec()), file))
        .hasMessageContaining("tensor 'b' is F64, perhaps you should save the model in single");
  }

  private List<Tensor> read() {
    try (SafetensorsFile model = SafetensorsFile.open(file)) {
      return model.readAll();
    }
  }
}
