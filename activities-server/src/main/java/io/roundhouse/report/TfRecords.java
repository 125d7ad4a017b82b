package io.roundhouse.report;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A TFRecord file in memory: for each record its length (8 bytes, little-endian), the masked
 * CRC-32C of these 8 bytes, the record and its masked CRC-32C
 * (https://www.tensorflow.org/tutorials/load_data/tfrecord).
 */
final class TfRecords {
  private static final int MASK = 0xa282ead8;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  void add(byte[] record) {
    byte[] length = little(Long.BYTES).putLong(record.length).array();
    out.writeBytes(length);
    out.writeBytes(little(Integer.BYTES).putInt(maskedCrc(length)).array());
    out.writeBytes(record);
    out.writeBytes(little(Integer.BYTES).putInt(maskedCrc(record)).array());
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int maskedCrc(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }
}
