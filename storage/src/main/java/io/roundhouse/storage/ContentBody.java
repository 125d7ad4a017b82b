package io.roundhouse.storage;

import io.roundhouse.domain.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import okio.Okio;

/** A range of a content as a request's body, hashed while it is sent; it can be sent again. */
final class ContentBody extends RequestBody {
  private static final int CHUNK = 1 << 16;
  private static final MediaType TYPE = MediaType.get("application/octet-stream");

  private final Content content;
  private final long offset;
  private final long length;
  private final MessageDigest before;
  private MessageDigest after;

  /** All of it. */
  ContentBody(Content content) {
    this(content, 0, content.bytes(), Sha256.start());
  }

  /**
   * @param before the digest of what precedes the range; left as it is
   */
  ContentBody(Content content, long offset, long length, MessageDigest before) {
    this.content = content;
    this.offset = offset;
    this.length = length;
    this.before = before;
    this.after = before;
  }

  /** The digest that goes on to the end of the range, once it was sent. */
  MessageDigest digest() {
    return after;
  }

  /** The digest of all that was sent; empty before that. */
  Optional<Digest> sent() {
    return after == before ? Optional.empty() : Optional.of(Digest.of(Sha256.fork(after).digest()));
  }

  /** The digest of the range, without sending it. */
  Digest hash() throws IOException {
    writeTo(Okio.buffer(Okio.blackhole()));
    return sent().orElseThrow();
  }

  /**
   * What a store compares with what it got: CRC-32C (RFC 3720, 12.1), big-endian, in base64. A
   * store that is not told one computes another for itself, which takes it longer.
   */
  String crc32c() throws IOException {
    CRC32C sum = new CRC32C();
    eachChunk((chunk, bytes) -> sum.update(chunk, 0, bytes));
    byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt((int) sum.getValue()).array();
    return Base64.getEncoder().encodeToString(value);
  }

  @Override
  public MediaType contentType() {
    return TYPE;
  }

  @Override
  public long contentLength() {
    return length;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    MessageDigest digest = Sha256.fork(before);
    eachChunk(
        (chunk, bytes) -> {
          digest.update(chunk, 0, bytes);
          sink.write(chunk, 0, bytes);
        });
    after = digest;
  }

  private interface Receiver {
    void accept(byte[] chunk, int bytes) throws IOException;
  }

  private void eachChunk(Receiver receiver) throws IOException {
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = content.from(offset)) {
      for (long left = length; left > 0; ) {
        int n = in.read(chunk, 0, (int) Math.min(left, CHUNK));
        if (n < 0) {
          throw new IOException("what is to be stored became shorter");
        }
        receiver.accept(chunk, n);
        left -= n;
      }
    }
  }
}
