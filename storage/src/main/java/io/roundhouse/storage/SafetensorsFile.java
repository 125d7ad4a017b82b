package io.roundhouse.storage;

import io.roundhouse.domain.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A safetensors file for reading at any place, by any number of threads. The file may be larger
 * than memory, a tensor may have more than 2^31 elements.
 *
 * @see <a href="https://github.com/huggingface/safetensors">safetensors</a>
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final int CHUNK = 256 << 10;

  private final Path file;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final long[] offsets;
  private final long dataStart;

  private SafetensorsFile(
      Path file, FileChannel channel, SafetensorsHeader header, long dataStart) {
    this.file = file;
    this.channel = channel;
    this.header = header;
    this.offsets = header.offsets();
    this.dataStart = dataStart;
  }

  /**
   * Opens a file and checks its whole header.
   *
   * @throws MalformedSafetensorsException if the file is not what the format says
   * @throws StorageException if the file cannot be read
   */
  public static SafetensorsFile open(Path file) {
    try {
      FileChannel channel = FileChannel.open(file);
      try {
        return open(file, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The tensors, in the order of their data. */
  public List<TensorSpec> tensors() {
    return header.tensors();
  }

  /** Free text that the file carries, by name, sorted. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * Reads elements of an F32 tensor.
   *
   * @param tensor index in {@link #tensors()}
   * @param element the first one, counted from 0 in row-major order
   * @param into where they go, from {@code offset} on
   * @param count how many
   */
  public void read(int tensor, long element, float[] into, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, into.length);
    long position = position(tensor, DType.F32, element, count);
    for (int done = 0; done < count; ) {
      ByteBuffer window = Window.of(count - done, DType.F32);
      fill(window, position + (long) done * Float.BYTES);
      int elements = window.remaining() / Float.BYTES;
      window.asFloatBuffer().get(into, offset + done, elements);
      done += elements;
    }
  }

  /**
   * Reads elements of an F64 tensor.
   *
   * @param tensor index in {@link #tensors()}
   * @param element the first one, counted from 0 in row-major order
   * @param into where they go, from {@code offset} on
   * @param count how many
   */
  public void read(int tensor, long element, double[] into, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, into.length);
    long position = position(tensor, DType.F64, element, count);
    for (int done = 0; done < count; ) {
      ByteBuffer window = Window.of(count - done, DType.F64);
      fill(window, position + (long) done * Double.BYTES);
      int elements = window.remaining() / Double.BYTES;
      window.asDoubleBuffer().get(into, offset + done, elements);
      done += elements;
    }
  }

  /**
   * All tensors in memory.
   *
   * @throws MalformedSafetensorsException if one is not F32 or has 2^31 elements or more
   */
  public List<Tensor> readAll() {
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < tensors().size(); i++) {
      TensorSpec spec = tensors().get(i);
      if (spec.dtype() != DType.F32 || spec.elements() > Integer.MAX_VALUE - 8) {
        throw new MalformedSafetensorsException(
            "tensor "
                + Text.quote(spec.name())
                + " is F64 or too large for memory, perhaps you should read it in pieces");
      }
      float[] values = new float[(int) spec.elements()];
      read(i, 0, values, 0, values.length);
      all.add(new Tensor(spec, values));
    }
    return List.copyOf(all);
  }

  /**
   * Reads all tensors into the arrays of others, which saves a large model's worth of new memory.
   *
   * @param into tensors of the same names and shapes, in the order of {@link #tensors()}
   * @throws IllegalArgumentException if they are others; nothing is read then
   */
  public void readAll(List<Tensor> into) {
    if (!into.stream().map(Tensor::spec).toList().equals(tensors())) {
      throw new IllegalArgumentException(
          "these are not the file's tensors, perhaps you should compare their names and shapes");
    }
    for (int i = 0; i < into.size(); i++) {
      float[] values = into.get(i).values();
      read(i, 0, values, 0, values.length);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static SafetensorsFile open(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw SafetensorsHeader.malformed("it is shorter than eight bytes");
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, length, 0);
    long headerBytes = length.flip().getLong();
    if (headerBytes < 0 || headerBytes > Math.min(SafetensorsHeader.MAX_BYTES, size - Long.BYTES)) {
      throw SafetensorsHeader.malformed(
          "its header is longer than the file or than 100 MB: "
              + Long.toUnsignedString(headerBytes)
              + " bytes");
    }
    byte[] json = new byte[(int) headerBytes];
    readFully(channel, ByteBuffer.wrap(json), Long.BYTES);
    long dataStart = Long.BYTES + headerBytes;
    SafetensorsHeader header = SafetensorsHeader.decode(json, size - dataStart);
    return new SafetensorsFile(file, channel, header, dataStart);
  }

  /** Where elements are in the file, after all that can be wrong with asking for them. */
  private long position(int tensor, DType dtype, long element, int count) {
    TensorSpec spec = tensors().get(tensor);
    spec.requireElements(dtype, element, count);
    return dataStart + offsets[tensor] + element * dtype.bytes();
  }

  private void fill(ByteBuffer window, long position) {
    try {
      readFully(channel, window, position);
      window.flip();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    long next = position;
    int end = into.limit();
    while (into.position() < end) {
      // A heap buffer is read through a copy outside the heap, which shall stay small.
      into.limit(Math.min(end, into.position() + CHUNK));
      int n = channel.read(into, next);
      if (n < 0) {
        throw SafetensorsHeader.malformed("it became shorter while it was read");
      }
      next += n;
    }
  }

  private static StorageException unreadable(Path file, IOException cause) {
    return new StorageException(
        "the file "
            + Text.quote(file.toString())
            + " cannot be read ("
            + cause
            + "), perhaps you should check that it is there",
        cause);
  }
}
