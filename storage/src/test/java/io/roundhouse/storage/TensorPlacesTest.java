package io.roundhouse.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TensorPlacesTest {
  private static final TensorSpec A = new TensorSpec("a", DType.F32, List.of(2L, 3L));
  private static final TensorSpec BIAS = new TensorSpec("bias", DType.F32, List.of(3L));
  private static final TensorSpec C = new TensorSpec("c", DType.F32, List.of());

  @Test
  void findsTensorsInAnyOrder() {
    assertThat(TensorPlaces.differences(List.of(C, A, BIAS), List.of(A, BIAS, C))).isEmpty();
    assertThat(TensorPlaces.of(List.of(C, A, BIAS), List.of(A, BIAS, C))).containsExactly(1, 2, 0);
  }

  @Test
  void tellsEveryDifference() {
    TensorSpec turned = new TensorSpec("a", DType.F32, List.of(3L, 2L));
    TensorSpec doubles = new TensorSpec("c", DType.F64, List.of());
    TensorSpec mistyped = new TensorSpec("bais", DType.F32, List.of(3L));
    List<TensorSpec> found = List.of(turned, doubles, mistyped);
    assertThat(TensorPlaces.differences(found, List.of(A, BIAS, C)))
        .containsExactly(
            "tensor 'a' has shape [3, 2], not [2, 3]",
            "tensor 'bias' is missing",
            "tensor 'c' is F64, perhaps you should save it as F32",
            "tensor 'bais' is not in the model, perhaps you should name it 'bias'");
    assertThatThrownBy(() -> TensorPlaces.of(found, List.of(A, BIAS, C)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tensor 'bias' is missing; tensor 'c' is F64");
  }

  @Test
  void tellsTheFirstDifferencesOfMany() {
    List<TensorSpec> many =
        IntStream.range(0, 1000)
            .mapToObj(i -> new TensorSpec("layer." + i, DType.F32, List.of()))
            .toList();
    assertThat(TensorPlaces.differences(List.of(), many))
        .hasSize(TensorPlaces.MOST_DIFFERENCES)
        .startsWith("tensor 'layer.0' is missing");
  }
}
