package io.roundhouse.kit;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is in a kit's folder besides {@code local} and {@code run}, each file read once: what is
 * checked is what is used.
 *
 * @param folder the kit's
 * @param files the small ones, by their names with slashes
 * @param digests SHA-256 of every file
 * @param links links, and whatever else is neither file nor folder
 */
record KitContent(
    Path folder, Map<String, byte[]> files, SortedMap<String, Digest> digests, List<String> links) {
  private static final int SMALL = 4 << 20;
  private static final int CHUNK = 1 << 16;

  /** More than any kit has; a folder with more is none. */
  private static final int MOST_FILES = 2000;

  static KitContent of(Path folder) throws IOException {
    Path real = folder.toRealPath();
    KitContent content = new KitContent(real, new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
    Files.walkFileTree(
        real,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return content.isOutside(path)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (!content.isOutside(path)) {
              content.add(path, attributes);
            }
            return content.digests().size() > MOST_FILES
                ? FileVisitResult.TERMINATE
                : FileVisitResult.CONTINUE;
          }
        });
    return content;
  }

  private boolean isOutside(Path path) {
    String top = name(path) + "/";
    return top.equals(KitFiles.LOCAL) || top.equals(KitFiles.RUN);
  }

  private void add(Path path, BasicFileAttributes attributes) throws IOException {
    String name = name(path);
    if (!attributes.isRegularFile()) {
      links.add(name);
      return;
    }
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      byte[] start = in.readNBytes(SMALL);
      digest.update(start);
      byte[] chunk = new byte[CHUNK];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
      if (attributes.size() <= SMALL) {
        files.put(name, start);
      }
    }
    digests.put(name, Digest.of(digest.digest()));
  }

  private String name(Path path) {
    return requireNonNull(folder.relativize(path)).toString().replace('\\', '/');
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
