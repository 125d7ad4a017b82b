package io.roundhouse.storage;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor in memory.
 *
 * @param spec what it is; {@link DType#F32}
 * @param values its elements, row-major; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // boxing a model's values is no choice
public record Tensor(TensorSpec spec, float[] values) {
  /**
   * @throws IllegalArgumentException if the spec is not F32 or has another number of elements
   */
  public Tensor {
    requireNonNull(spec, "spec is null");
    requireNonNull(values, "values is null");
    if (spec.dtype() != DType.F32 || spec.elements() != values.length) {
      throw new IllegalArgumentException(
          "tensor "
              + Text.quote(spec.name())
              + " of shape "
              + spec.shape()
              + " does not have "
              + values.length
              + " F32 values, perhaps you should check its shape");
    }
  }

  /** A tensor of the given name, shape and values. */
  public static Tensor of(String name, List<Long> shape, float[] values) {
    return new Tensor(new TensorSpec(name, DType.F32, shape), values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor tensor
        && spec.equals(tensor.spec)
        && Arrays.equals(values, tensor.values);
  }

  @Override
  public int hashCode() {
    return 31 * spec.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Tensor[" + spec + "]";
  }
}
