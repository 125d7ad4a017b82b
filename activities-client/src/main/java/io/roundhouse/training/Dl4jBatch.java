package io.roundhouse.training;

import io.roundhouse.data.Dataset;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Native memory for batches of a fixed number of rows, used again for each. */
final class Dl4jBatch implements AutoCloseable {
  private final int size;
  private final float[] rows;
  private final float[] targets;
  private final INDArray features;
  private final INDArray labels;

  /**
   * @param size rows of a batch
   * @param width features of a row
   * @param outputs classes
   */
  Dl4jBatch(int size, int width, int outputs) {
    this.size = size;
    this.rows = new float[size * width];
    this.targets = new float[size * outputs];
    this.features = Nd4j.createUninitialized(DataType.FLOAT, new long[] {size, width}, 'c');
    this.labels = Nd4j.createUninitialized(DataType.FLOAT, new long[] {size, outputs}, 'c');
  }

  /** Fills the batch from the data set's row {@code from} on. */
  void fill(Dataset data, int from) {
    int outputs = targets.length / size;
    Arrays.fill(targets, 0);
    for (int row = 0; row < size; row++) {
      data.copyFeatures(from + row, rows, row * data.width());
      targets[row * outputs + data.label(from + row)] = 1;
    }
    copy(rows, features);
    copy(targets, labels);
  }

  /** Features, {@code [size, width]}. */
  INDArray features() {
    return features;
  }

  /** Labels as one of {@code outputs}, {@code [size, outputs]}. */
  INDArray labels() {
    return labels;
  }

  @Override
  public void close() {
    features.close();
    labels.close();
  }

  private static void copy(float[] from, INDArray to) {
    ((FloatPointer) to.data().pointer()).put(from, 0, from.length);
  }
}
