package io.roundhouse.storage;

/** Kind of a tensor's elements, IEEE 754 little-endian. */
public enum DType {
  /** 32-bit. */
  F32(Float.BYTES),
  /** 64-bit. */
  F64(Double.BYTES);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element. */
  public int bytes() {
    return bytes;
  }
}
