package io.roundhouse.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a tensor is, without its values.
 *
 * @param name 1 to 512 characters, no control characters, no path out of its folder
 * @param dtype kind of its elements
 * @param shape its dimensions, outermost first, each 0 or more, at most 32; empty for a scalar
 */
public record TensorSpec(String name, DType dtype, List<Long> shape) {
  /** The name that safetensors keeps for a file's metadata. */
  static final String METADATA = "__metadata__";

  static final int MAX_NAME = 512;
  static final int MAX_DIMENSIONS = 32;

  private static final Pattern CLIMBING = Pattern.compile("(^|[/\\\\])\\.\\.([/\\\\]|$)");

  /**
   * @throws IllegalArgumentException if the name or the shape is out of bounds, or the size in
   *     bytes is 2^63 or more
   */
  public TensorSpec {
    requireNonNull(name, "name is null");
    requireNonNull(dtype, "dtype is null");
    shape = List.copyOf(shape);
    if (name.isEmpty() || name.length() > MAX_NAME || name.equals(METADATA)) {
      throw new IllegalArgumentException(
          "not a tensor's name: " + Text.quote(name) + ", perhaps you should use 1 to 512 letters");
    }
    if (name.chars().anyMatch(Character::isISOControl)
        || !new String(name.getBytes(UTF_8), UTF_8).equals(name)) {
      throw new IllegalArgumentException(
          "control characters or half characters in a tensor's name: "
              + Text.quote(name)
              + ", perhaps you should use printable ones");
    }
    if (name.startsWith("/") || CLIMBING.matcher(name).find()) {
      throw new IllegalArgumentException(
          "a tensor's name that is a path out of its folder: "
              + Text.quote(name)
              + ", perhaps you should use dots between its parts");
    }
    if (shape.size() > MAX_DIMENSIONS || shape.stream().anyMatch(size -> size < 0)) {
      throw new IllegalArgumentException(
          "tensor "
              + Text.quote(name)
              + " has more than "
              + MAX_DIMENSIONS
              + " dimensions or a negative one, perhaps you should check its shape");
    }
    try {
      Math.multiplyExact(product(shape), dtype.bytes());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "tensor "
              + Text.quote(name)
              + " is larger than any file, perhaps you should check its shape",
          e);
    }
  }

  /** Number of elements. */
  public long elements() {
    return product(shape);
  }

  /** Size of the values. */
  public long bytes() {
    return elements() * dtype.bytes();
  }

  /** Refuses elements that the tensor does not have, or has in another kind. */
  void requireElements(DType kind, long element, int count) {
    if (kind != dtype) {
      throw new IllegalArgumentException(
          "tensor "
              + Text.quote(name)
              + " is "
              + dtype
              + ", perhaps you should not use "
              + kind
              + " for it");
    }
    Objects.checkFromIndexSize(element, count, elements());
  }

  private static long product(List<Long> shape) {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }
}
