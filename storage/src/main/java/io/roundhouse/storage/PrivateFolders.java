package io.roundhouse.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders for work in progress that only their owner can look into, named after the process that
 * made them: what a killed process left is found by that and removed.
 */
public final class PrivateFolders {
  private static final Logger LOG = LoggerFactory.getLogger(PrivateFolders.class);
  private static final Pattern OWNER = Pattern.compile("\\.?(\\d{1,18})-(\\d{1,18})-");
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private final Path parent;

  /**
   * Removes what processes left that are gone.
   *
   * @param parent made once a folder is asked for
   */
  public PrivateFolders(Path parent) {
    this.parent = parent;
    removeLeft(parent);
  }

  /** Removes the files and folders in a folder that processes left that are gone. */
  public static void removeLeft(Path parent) {
    for (Path left : Files.isDirectory(parent) ? list(parent) : List.<Path>of()) {
      if (isLeft(left.getFileName().toString())) {
        delete(left);
      }
    }
  }

  /** A new folder. */
  public Path fresh() {
    make(parent);
    try {
      return Files.createTempDirectory(parent, owner(), permissions(parent));
    } catch (IOException e) {
      throw unusable(parent, e);
    }
  }

  /** Makes a folder if it is absent. */
  public static void make(Path folder) {
    try {
      Files.createDirectories(folder.toAbsolutePath().getParent());
      if (!Files.isDirectory(folder)) {
        Files.createDirectory(folder, permissions(folder.toAbsolutePath().getParent()));
      }
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /** Removes a folder with all that is in it. Links are removed, not followed. */
  public static void delete(Path folder) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(folder, new Removal());
    } catch (IOException e) {
      LOG.warn("{} cannot be removed: {}", folder, e.toString());
    }
  }

  /** What the names of our files begin with. */
  static String owner() {
    ProcessHandle us = ProcessHandle.current();
    return us.pid() + "-" + startedAt(us) + "-";
  }

  private static boolean isLeft(String name) {
    Matcher owner = OWNER.matcher(name);
    return owner.lookingAt()
        && ProcessHandle.of(Long.parseLong(owner.group(1)))
            .filter(process -> startedAt(process) == Long.parseLong(owner.group(2)))
            .isEmpty();
  }

  /** Tells a process from a later one with its number; 0 where the system does not say. */
  private static long startedAt(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static FileAttribute<?>[] permissions(@Nullable Path parent) throws IOException {
    boolean posix = parent != null && Files.getFileStore(parent).supportsFileAttributeView("posix");
    return posix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PRIVATE)}
        : new FileAttribute<?>[0];
  }

  private static UncheckedIOException unusable(Path folder, IOException cause) {
    return new UncheckedIOException(
        "the folder " + folder + " cannot be used, perhaps you should check the disk", cause);
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      // A program may have taken its owner's own rights away.
      folder.toFile().setWritable(true);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
