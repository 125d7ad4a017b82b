package io.roundhouse.training;

import io.roundhouse.domain.Seed;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Initial weights, uniform in ±√(6 / (fan in + fan out)) (Glorot &amp; Bengio 2010), and zero
 * biases, which are tensors of less than two dimensions. SplitMix64 draws them in tensor order,
 * row-major, so that every engine and JVM starts from the same bits.
 */
final class GlorotInit {
  private GlorotInit() {}

  static List<Tensor> draw(List<TensorSpec> shapes, Seed seed) {
    SplittableRandom random = seed.random();
    List<Tensor> model = new ArrayList<>(shapes.size());
    for (TensorSpec spec : shapes) {
      float[] values = new float[Math.toIntExact(spec.elements())];
      if (spec.shape().size() > 1) {
        double bound = Math.sqrt(6.0 / fans(spec.shape()));
        for (int i = 0; i < values.length; i++) {
          double uniform = (random.nextLong() >>> 11) * 0x1.0p-53;
          values[i] = (float) ((2 * uniform - 1) * bound);
        }
      }
      model.add(new Tensor(spec, values));
    }
    return model;
  }

  /** Fan in plus fan out: of both leading dimensions, times the size of a convolution's kernel. */
  private static long fans(List<Long> shape) {
    long kernel = shape.stream().skip(2).reduce(1L, (a, b) -> a * b);
    return (shape.get(0) + shape.get(1)) * kernel;
  }
}
