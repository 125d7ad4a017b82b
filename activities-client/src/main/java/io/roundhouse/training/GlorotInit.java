package io.roundhouse.training;

import io.roundhouse.domain.Seed;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Initial weights, uniform in ±√(6 / (fan in + fan out)) (Glorot &amp; Bengio 2010), and zero
 * biases, which are tensors of less than two dimensions. SplitMix64 draws them in tensor order,
 * row-major, so that every engine and JVM starts from the same bits.
 */
final class GlorotInit {
  private static final int TILE = 1 << 14;

  private GlorotInit() {}

  static List<Tensor> draw(List<TensorSpec> shapes, Seed seed) {
    SplittableRandom random = seed.random();
    List<Tensor> model = new ArrayList<>(shapes.size());
    for (TensorSpec spec : shapes) {
      float[] values = new float[Math.toIntExact(spec.elements())];
      if (isDrawn(spec)) {
        fill(values, values.length, bound(spec), random);
      }
      model.add(new Tensor(spec, values));
    }
    return model;
  }

  /** Writes the same model to a file, however large it is. */
  static void write(Path file, List<TensorSpec> shapes, Seed seed) {
    SplittableRandom random = seed.random();
    float[] tile = new float[TILE];
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, shapes, Map.of())) {
      for (int i = 0; i < shapes.size(); i++) {
        TensorSpec spec = shapes.get(i);
        for (long element = 0; isDrawn(spec) && element < spec.elements(); element += TILE) {
          int count = (int) Math.min(TILE, spec.elements() - element);
          fill(tile, count, bound(spec), random);
          writer.write(i, element, tile, 0, count);
        }
      }
    }
  }

  private static boolean isDrawn(TensorSpec spec) {
    return spec.shape().size() > 1;
  }

  private static double bound(TensorSpec spec) {
    return Math.sqrt(6.0 / fans(spec.shape()));
  }

  private static void fill(float[] values, int count, double bound, SplittableRandom random) {
    for (int i = 0; i < count; i++) {
      double uniform = (random.nextLong() >>> 11) * 0x1.0p-53;
      values[i] = (float) ((2 * uniform - 1) * bound);
    }
  }

  /** Fan in plus fan out: of both leading dimensions, times the size of a convolution's kernel. */
  private static long fans(List<Long> shape) {
    long kernel = shape.stream().skip(2).reduce(1L, (a, b) -> a * b);
    return (shape.get(0) + shape.get(1)) * kernel;
  }
}
