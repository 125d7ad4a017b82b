package io.roundhouse.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;

/** Reads a pair of IDX files. */
final class IdxReader {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int MOST_DIMENSIONS = 4;
  private static final int BUFFER = 1 << 16;

  private IdxReader() {}

  static Dataset read(DataBinding.Idx binding) {
    DataFile labelFile = new DataFile(binding.labels());
    int[] labels = labelFile.read(bytes -> labels(labelFile, new DataInputStream(bytes)));
    DataFile imageFile = new DataFile(binding.images());
    return imageFile.read(
        bytes -> images(imageFile, new DataInputStream(bytes), labels, (float) binding.scale()));
  }

  private static int[] labels(DataFile file, DataInputStream in) throws IOException {
    int[] shape = shape(file, in, "labels", 1, 1);
    file.checkFits(shape[0], 1);
    byte[] bytes = in.readNBytes(shape[0]);
    checkLength(file, bytes.length, shape[0]);
    int[] labels = new int[bytes.length];
    Arrays.setAll(labels, row -> bytes[row] & 0xFF);
    return labels;
  }

  private static Dataset images(DataFile file, DataInputStream in, int[] labels, float scale)
      throws IOException {
    int[] shape = shape(file, in, "images", 2, MOST_DIMENSIONS);
    if (shape[0] != labels.length) {
      throw file.wrong(
          "has "
              + shape[0]
              + " images, but there are "
              + labels.length
              + " labels, perhaps you should check that the two files belong together");
    }
    long width =
        Arrays.stream(shape)
            .skip(1)
            .asLongStream()
            .reduce(1, (all, size) -> Math.min(all * size, Integer.MAX_VALUE));
    file.checkFits(labels.length, width);
    float[] values = new float[256];
    for (int value = 0; value < values.length; value++) {
      values[value] = value / scale;
    }
    float[] features = new float[(int) (labels.length * width)];
    byte[] buffer = new byte[BUFFER];
    int done = 0;
    while (done < features.length) {
      int read = in.readNBytes(buffer, 0, Math.min(buffer.length, features.length - done));
      for (int i = 0; i < read; i++) {
        features[done + i] = values[buffer[i] & 0xFF];
      }
      done += read;
      if (read == 0) {
        checkLength(file, done, features.length);
      }
    }
    return Dataset.of(features, (int) width, labels);
  }

  private static int[] shape(DataFile file, DataInputStream in, String what, int least, int most)
      throws IOException {
    int magic = in.readInt();
    int dimensions = magic & 0xFF;
    if (magic >>> 8 != UNSIGNED_BYTE || dimensions < least || dimensions > most) {
      throw file.wrong(
          "is not an IDX file of %s in unsigned bytes (magic number 0x%08x), perhaps you should check that images and labels are not exchanged"
              .formatted(what, magic));
    }
    int[] shape = new int[dimensions];
    for (int dimension = 0; dimension < dimensions; dimension++) {
      shape[dimension] = in.readInt();
      if (shape[dimension] <= 0) {
        throw file.wrong("has no " + what + ", perhaps you should use another file");
      }
    }
    return shape;
  }

  private static void checkLength(DataFile file, long found, long expected) {
    if (found != expected) {
      throw file.wrong(
          "ends after %d of %d bytes of data, perhaps you should copy it here again"
              .formatted(found, expected));
    }
  }
}
