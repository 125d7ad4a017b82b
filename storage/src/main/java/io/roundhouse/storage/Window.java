package io.roundhouse.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The piece of memory outside the heap through which a thread moves tensor data. */
final class Window {
  private static final int BYTES = 256 << 10;
  private static final ThreadLocal<ByteBuffer> OF_THREAD =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN));

  private Window() {}

  /** The calling thread's window, ready for as many of the elements as it holds, at most. */
  static ByteBuffer of(int elements, DType dtype) {
    ByteBuffer window = OF_THREAD.get();
    return window.clear().limit(Math.min(elements, BYTES / dtype.bytes()) * dtype.bytes());
  }
}
