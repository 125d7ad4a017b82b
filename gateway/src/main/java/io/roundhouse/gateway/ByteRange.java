package io.roundhouse.gateway;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of bytes that an object has.
 *
 * @param first from 0
 * @param last not before the first
 */
record ByteRange(long first, long last) {
  private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  /** The header is one range that the object does not have. */
  static final class UnsatisfiableException extends Exception {}

  /**
   * Reads a header (RFC 9110, section 14).
   *
   * @return empty if the whole object is to be given: a header of another form is passed over
   * @throws UnsatisfiableException if the object has no such bytes
   */
  static Optional<ByteRange> of(String header, long size) throws UnsatisfiableException {
    Matcher form = ONE.matcher(header.strip());
    if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
      return Optional.empty();
    }
    if (form.group(1).isEmpty()) {
      long suffix = Long.parseLong(form.group(2));
      if (suffix == 0 || size == 0) {
        throw new UnsatisfiableException();
      }
      return Optional.of(new ByteRange(Math.max(0, size - suffix), size - 1));
    }
    long first = Long.parseLong(form.group(1));
    long last = form.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(form.group(2));
    if (last < first) {
      return Optional.empty();
    }
    if (first >= size) {
      throw new UnsatisfiableException();
    }
    return Optional.of(new ByteRange(first, Math.min(last, size - 1)));
  }

  long length() {
    return last - first + 1;
  }

  /** {@code Content-Range} of it. */
  String of(long size) {
    return "bytes " + first + "-" + last + "/" + size;
  }
}
