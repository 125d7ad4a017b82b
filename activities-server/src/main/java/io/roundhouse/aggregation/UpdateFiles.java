package io.roundhouse.aggregation;

import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.TensorPlaces;
import io.roundhouse.storage.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/** The updates of a round for reading, with their weights and the exact grid of each tensor. */
final class UpdateFiles implements AutoCloseable {
  private final List<SafetensorsFile> files = new ArrayList<>();

  /** {@code places.get(k)[i]} is where update k has the global model's tensor i. */
  private final List<int[]> places = new ArrayList<>();

  private final float[] weights;
  private final List<ExactGrid> grids = new ArrayList<>();

  private UpdateFiles(float[] weights) {
    this.weights = weights;
  }

  static UpdateFiles open(List<TensorSpec> tensors, List<CheckedUpdate.Accepted> updates) {
    float[] weights = new float[updates.size()];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = (float) updates.get(k).weight();
    }
    UpdateFiles opened = new UpdateFiles(weights);
    try {
      for (CheckedUpdate.Accepted update : updates) {
        opened.add(tensors, update);
      }
      for (int i = 0; i < tensors.size(); i++) {
        opened.grids.add(ExactGrid.of(largest(updates, i), weights));
      }
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static float largest(List<CheckedUpdate.Accepted> updates, int tensor) {
    float largest = 0;
    for (CheckedUpdate.Accepted update : updates) {
      largest = Math.max(largest, update.largest().get(tensor));
    }
    return largest;
  }

  private void add(List<TensorSpec> tensors, CheckedUpdate.Accepted update) {
    SafetensorsFile file = SafetensorsFile.open(update.file());
    files.add(file);
    places.add(TensorPlaces.of(file.tensors(), tensors));
  }

  /** The weight of each update, rounded to a float: exact up to 2^24 examples. */
  float[] weights() {
    return weights.clone();
  }

  ExactGrid grid(int tensor) {
    return grids.get(tensor);
  }

  void read(int tensor, long element, Slice slice) {
    for (int k = 0; k < files.size(); k++) {
      files.get(k).read(places.get(k)[tensor], element, slice.updates()[k], 0, slice.length());
    }
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}
