package io.roundhouse.gateway;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Messages as they are, not taken apart. */
final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
  private static final Bytes STRICT = new Bytes(false);
  private static final Bytes LENIENT = new Bytes(true);
  private static final byte[] OVERSIZED = {};

  private final boolean lenient;

  private Bytes(boolean lenient) {
    this.lenient = lenient;
  }

  /** A method to call. */
  static MethodDescriptor<byte[], byte[]> unary(String method) {
    return method(method, STRICT);
  }

  /** A method to answer, whose requests may turn out to be {@link #isOversized}. */
  static MethodDescriptor<byte[], byte[]> answered(String method) {
    return method(method, LENIENT);
  }

  /** Whether a request grew too large when it was inflated. */
  static boolean isOversized(byte[] request) {
    return request == OVERSIZED;
  }

  private static MethodDescriptor<byte[], byte[]> method(String name, Bytes requests) {
    return MethodDescriptor.newBuilder(requests, STRICT)
        .setFullMethodName(name)
        .setType(MethodType.UNARY)
        .build();
  }

  @Override
  public InputStream stream(byte[] message) {
    return new Message(message);
  }

  @Override
  public byte[] parse(InputStream message) {
    try {
      return message.readAllBytes();
    } catch (StatusRuntimeException e) {
      // Thrown from here, it would be logged with its stack for every such request.
      if (lenient) {
        return OVERSIZED;
      }
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Message extends ByteArrayInputStream implements KnownLength {
    Message(byte[] message) {
      super(message);
    }
  }
}
