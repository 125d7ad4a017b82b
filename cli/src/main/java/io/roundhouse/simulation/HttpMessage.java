package io.roundhouse.simulation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The head of an HTTP/1.1 message (RFC 9112), as it came; its body is still in the stream.
 *
 * @param text first line and headers, with the empty line that ends them
 */
record HttpMessage(String text) {
  private static final int MOST_BYTES = 64 << 10;
  private static final String END = "\r\n\r\n";

  /** Reads a head; empty where the stream ends before one begins. */
  static Optional<HttpMessage> read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < END.length() || head.indexOf(END, head.length() - END.length()) < 0) {
      int octet = in.read();
      if (octet < 0 && head.isEmpty()) {
        return Optional.empty();
      }
      if (octet < 0 || head.length() >= MOST_BYTES) {
        throw new EOFException("not the head of an HTTP message");
      }
      head.append((char) octet);
    }
    return Optional.of(new HttpMessage(head.toString()));
  }

  /** The word at a position of the first line: {@code GET /path HTTP/1.1}. */
  String word(int position) {
    return text.substring(0, text.indexOf("\r\n")).split(" ", 3)[position];
  }

  /** How many bytes follow; empty where the message says so otherwise or not at all. */
  Optional<Long> length() {
    return header("content-length").map(Long::valueOf);
  }

  /** Whether the message ends its connection. */
  boolean closes() {
    return header("connection").filter(value -> value.equalsIgnoreCase("close")).isPresent();
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
  }

  /** Copies so many bytes of the body. */
  static void copy(InputStream in, OutputStream out, long bytes) throws IOException {
    byte[] chunk = new byte[1 << 16];
    for (long left = bytes; left > 0; ) {
      int n = in.read(chunk, 0, (int) Math.min(chunk.length, left));
      if (n < 0) {
        throw new EOFException("a body ended " + left + " bytes early");
      }
      out.write(chunk, 0, n);
      left -= n;
    }
    out.flush();
  }

  /** Copies the body of an answer whose request had the method. */
  void copyAnswer(String method, InputStream in, OutputStream out) throws IOException {
    String status = word(1);
    if (method.equals("HEAD") || status.equals("204") || status.equals("304")) {
      return;
    }
    if (header("transfer-encoding").isPresent()) {
      copyChunks(in, out);
    } else if (length().isPresent()) {
      copy(in, out, length().get());
    } else {
      in.transferTo(out);
    }
  }

  private static void copyChunks(InputStream in, OutputStream out) throws IOException {
    while (true) {
      String size = copyLine(in, out);
      long bytes = Long.parseLong(size.split(";", 2)[0].strip(), 16);
      copy(in, out, bytes);
      if (bytes == 0) {
        while (!copyLine(in, out).isEmpty()) {
          // A trailer.
        }
        out.flush();
        return;
      }
      copyLine(in, out);
    }
  }

  private static String copyLine(InputStream in, OutputStream out) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0 || line.size() >= MOST_BYTES) {
        throw new EOFException("not the size of a chunk");
      }
      line.write(octet);
    }
    line.writeTo(out);
    out.write('\n');
    return line.toString(ISO_8859_1).strip();
  }

  private Optional<String> header(String name) {
    return Arrays.stream(text.split("\r\n"))
        .skip(1)
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }
}
