package io.roundhouse.storage;

import io.roundhouse.domain.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Bytes to be stored. They are the same each time that they are read. */
public interface Content {
  /** How many. */
  long bytes();

  /**
   * Those from a place on, for a reader that asks for many at once.
   *
   * @param offset 0 to {@link #bytes()}
   * @throws IOException if they cannot be read
   */
  InputStream from(long offset) throws IOException;

  /**
   * What a file holds.
   *
   * @param file not to be changed in place any more
   * @throws StorageException if it cannot be read
   */
  static Content of(Path file) {
    long bytes;
    try {
      bytes = Files.size(file);
    } catch (IOException e) {
      throw new StorageException(
          "the file "
              + Text.quote(file.toString())
              + " cannot be read ("
              + e
              + "), perhaps you should check that it is there",
          e);
    }
    return new Content() {
      @Override
      public long bytes() {
        return bytes;
      }

      @Override
      public InputStream from(long offset) throws IOException {
        return Channels.newInputStream(FileChannel.open(file).position(offset));
      }
    };
  }

  /**
   * A safetensors file of tensors in memory, which is made while it is read.
   *
   * @param tensors in the order of their data; not to be changed any more
   * @param metadata free text by name
   * @throws IllegalArgumentException if two tensors have the same name, or the header is too large
   */
  static Content of(List<Tensor> tensors, Map<String, String> metadata) {
    return new SafetensorsContent(tensors, metadata);
  }
}
