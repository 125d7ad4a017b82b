package io.roundhouse.storage;

import io.roundhouse.domain.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A safetensors file for writing at any place, by any number of threads. The same tensors, metadata
 * and values give the same bytes; elements that are never written are zero.
 *
 * @see <a href="https://github.com/huggingface/safetensors">safetensors</a>
 */
public final class SafetensorsWriter implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final List<TensorSpec> tensors;
  private final long[] offsets;
  private final long dataStart;

  private SafetensorsWriter(
      Path file, FileChannel channel, SafetensorsHeader header, long dataStart) {
    this.file = file;
    this.channel = channel;
    this.tensors = header.tensors();
    this.offsets = header.offsets();
    this.dataStart = dataStart;
  }

  /**
   * Begins a file, in place of one that may be there.
   *
   * @param tensors what it will hold, in the order of their data
   * @param metadata free text by name
   * @throws IllegalArgumentException if two tensors have the same name, or the header is too large
   * @throws StorageException if the file cannot be written
   */
  public static SafetensorsWriter create(
      Path file, List<TensorSpec> tensors, Map<String, String> metadata) {
    SafetensorsHeader header = SafetensorsHeader.ofDifferent(tensors, metadata);
    ByteBuffer start = ByteBuffer.wrap(header.start());
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      SafetensorsWriter writer = new SafetensorsWriter(file, channel, header, start.limit());
      writer.writeFully(start, 0);
      return writer;
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Writes a whole file. */
  public static void writeAll(Path file, List<Tensor> tensors, Map<String, String> metadata) {
    List<TensorSpec> specs = tensors.stream().map(Tensor::spec).toList();
    try (SafetensorsWriter writer = create(file, specs, metadata)) {
      for (int i = 0; i < tensors.size(); i++) {
        float[] values = tensors.get(i).values();
        writer.write(i, 0, values, 0, values.length);
      }
    }
  }

  /**
   * Writes elements of an F32 tensor.
   *
   * @param tensor index in the list of tensors
   * @param element the first one, counted from 0 in row-major order
   * @param from where they are, from {@code offset} on
   * @param count how many
   */
  public void write(int tensor, long element, float[] from, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, from.length);
    long position = position(tensor, DType.F32, element, count);
    for (int done = 0; done < count; ) {
      ByteBuffer window = Window.of(count - done, DType.F32);
      int elements = window.remaining() / Float.BYTES;
      window.asFloatBuffer().put(from, offset + done, elements);
      writeFully(window, position + (long) done * Float.BYTES);
      done += elements;
    }
  }

  /**
   * Writes elements of an F64 tensor.
   *
   * @param tensor index in the list of tensors
   * @param element the first one, counted from 0 in row-major order
   * @param from where they are, from {@code offset} on
   * @param count how many
   */
  public void write(int tensor, long element, double[] from, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, from.length);
    long position = position(tensor, DType.F64, element, count);
    for (int done = 0; done < count; ) {
      ByteBuffer window = Window.of(count - done, DType.F64);
      int elements = window.remaining() / Double.BYTES;
      window.asDoubleBuffer().put(from, offset + done, elements);
      writeFully(window, position + (long) done * Double.BYTES);
      done += elements;
    }
  }

  @Override
  public void close() {
    try (channel) {
      long size = dataStart + offsets[tensors.size()];
      if (channel.size() < size) {
        writeFully(ByteBuffer.allocate(1), size - 1);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Where elements are in the file, after all that can be wrong with asking for them. */
  private long position(int tensor, DType dtype, long element, int count) {
    tensors.get(tensor).requireElements(dtype, element, count);
    return dataStart + offsets[tensor] + element * dtype.bytes();
  }

  private void writeFully(ByteBuffer from, long position) {
    try {
      long next = position;
      while (from.hasRemaining()) {
        next += channel.write(from, next);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static StorageException unwritable(Path file, IOException cause) {
    return new StorageException(
        "the file "
            + Text.quote(file.toString())
            + " cannot be written ("
            + cause
            + "), perhaps you should check the folder and the free space",
        cause);
  }
}
