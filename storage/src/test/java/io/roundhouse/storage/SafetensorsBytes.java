package io.roundhouse.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Safetensors files put together by hand. */
final class SafetensorsBytes {
  private SafetensorsBytes() {}

  static byte[] of(String header, byte[] data) {
    return of(header.getBytes(UTF_8), data);
  }

  static byte[] of(byte[] header, byte[] data) {
    return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }
}
