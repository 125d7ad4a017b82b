package io.roundhouse.storage;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import okio.Okio;

/** A range of a file as a request's body, hashed while it is sent; it can be sent again. */
final class FileBody extends RequestBody {
  private static final int CHUNK = 1 << 16;
  private static final MediaType TYPE = MediaType.get("application/octet-stream");

  private final Path file;
  private final long offset;
  private final long length;
  private final MessageDigest before;
  private MessageDigest after;

  /**
   * @param before the digest of what precedes the range; left as it is
   */
  FileBody(Path file, long offset, long length, MessageDigest before) {
    this.file = file;
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
    byte[] chunk = new byte[CHUNK];
    try (FileChannel channel = FileChannel.open(file)) {
      InputStream in = Channels.newInputStream(channel.position(offset));
      for (long left = length; left > 0; ) {
        int n = in.read(chunk, 0, (int) Math.min(left, CHUNK));
        if (n < 0) {
          throw new IOException("the file " + Text.quote(file.toString()) + " became shorter");
        }
        digest.update(chunk, 0, n);
        sink.write(chunk, 0, n);
        left -= n;
      }
    }
    after = digest;
  }
}
