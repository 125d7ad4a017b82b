package io.roundhouse.storage;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** The bytes that {@link SafetensorsWriter#writeAll} writes, without a file. */
final class SafetensorsContent implements Content {
  private static final int CHUNK = 1 << 10;

  private final List<Tensor> tensors;
  private final byte[] start;
  private final long bytes;

  SafetensorsContent(List<Tensor> tensors, Map<String, String> metadata) {
    this.tensors = List.copyOf(tensors);
    SafetensorsHeader header =
        SafetensorsHeader.ofDifferent(tensors.stream().map(Tensor::spec).toList(), metadata);
    this.start = header.start();
    this.bytes = start.length + header.offsets()[tensors.size()];
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public InputStream from(long offset) {
    return new Reader(offset);
  }

  private final class Reader extends InputStream {
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer ready = ByteBuffer.wrap(start);
    private int tensor;
    private int element;

    Reader(long offset) {
      long skipped = offset;
      if (skipped >= start.length) {
        skipped -= start.length;
        ready.position(start.length);
        while (tensor < tensors.size() && skipped >= tensors.get(tensor).spec().bytes()) {
          skipped -= tensors.get(tensor).spec().bytes();
          tensor++;
        }
        element = (int) (skipped / Float.BYTES);
        skipped %= Float.BYTES;
        fill();
      }
      ready.position(ready.position() + (int) skipped);
    }

    @Override
    public int read() {
      if (!ready.hasRemaining()) {
        fill();
      }
      return ready.hasRemaining() ? ready.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (!ready.hasRemaining()) {
        int bytes = put(ByteBuffer.wrap(target, offset, length).order(ByteOrder.LITTLE_ENDIAN));
        if (bytes > 0) {
          return bytes;
        }
        fill();
      }
      if (!ready.hasRemaining() && length > 0) {
        return -1;
      }
      int count = Math.min(length, ready.remaining());
      ready.get(target, offset, count);
      return count;
    }

    private void fill() {
      ready = chunk.clear();
      put(chunk);
      chunk.flip();
    }

    /**
     * Puts whole values where they are to go, as many as there is room for.
     *
     * @return how many bytes they have
     */
    private int put(ByteBuffer into) {
      int start = into.position();
      while (tensor < tensors.size() && into.remaining() >= Float.BYTES) {
        float[] values = tensors.get(tensor).values();
        int count = Math.min(values.length - element, into.remaining() / Float.BYTES);
        into.asFloatBuffer().put(values, element, count);
        into.position(into.position() + count * Float.BYTES);
        element += count;
        if (element == values.length) {
          tensor++;
          element = 0;
        }
      }
      return into.position() - start;
    }
  }
}
