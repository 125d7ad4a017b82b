package io.roundhouse.cli;

import io.roundhouse.data.DataBinding;
import io.roundhouse.data.Dataset;
import io.roundhouse.data.Split;
import java.nio.file.Path;
import java.util.Optional;

/** What can be told of a person's own rows by looking at them. */
final class OwnData {
  private OwnData() {}

  /** Reads a CSV file whose last column is the class. */
  static Dataset read(Path csv) {
    return new DataBinding.Csv(csv, "last", Optional.empty(), 1, new Split.None()).load().train();
  }

  /** The largest absolute feature, or 1 if all are zero: what features are to be divided by. */
  static float largest(Dataset rows) {
    float largest = 0;
    float[] row = new float[rows.width()];
    for (int i = 0; i < rows.size(); i++) {
      rows.copyFeatures(i, row, 0);
      for (float value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest == 0 ? 1 : largest;
  }
}
