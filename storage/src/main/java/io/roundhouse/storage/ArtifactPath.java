package io.roundhouse.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.domain.Text;
import java.util.List;

/** What an object may be called: names that are safe as S3 keys and as files below a folder. */
public final class ArtifactPath {
  private static final int MAX_BYTES = 900;

  private ArtifactPath() {}

  /**
   * The path itself.
   *
   * @throws IllegalArgumentException if it is not a relative, slash-separated path of at most 900
   *     bytes without empty, {@code .} or {@code ..} segments, backslashes and control characters
   */
  public static String check(String path) {
    byte[] bytes = path.getBytes(UTF_8);
    if (bytes.length > MAX_BYTES) {
      throw refuse(path, "at most " + MAX_BYTES + " bytes");
    }
    if (path.chars().anyMatch(c -> Character.isISOControl(c) || c == '\\')
        || !new String(bytes, UTF_8).equals(path)) {
      throw refuse(path, "printable characters, without backslashes");
    }
    for (String segment : path.split("/", -1)) {
      if (List.of("", ".", "..").contains(segment)) {
        throw refuse(path, "a relative path without empty, '.' or '..' segments");
      }
    }
    return path;
  }

  private static IllegalArgumentException refuse(String path, String advice) {
    return new IllegalArgumentException(
        "not an artifact's path: " + Text.quote(path) + ", perhaps you should use " + advice);
  }
}
