package io.roundhouse.kit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * Files and folders that have their permissions from their first moment: what is for their owner
 * only is never anybody else's to read. Where a file system knows no permissions, none are set.
 */
public final class PrivateFiles {
  private static final String FILE = "rw-------";
  private static final String FOLDER = "rwx------";
  private static final Set<PosixFilePermission> TOO_MUCH =
      PosixFilePermissions.fromString("----w-rwx");

  private PrivateFiles() {}

  /**
   * Writes a new file for its owner only.
   *
   * @throws FileAlreadyExistsException if there is one
   */
  public static void create(Path file, byte[] content) throws IOException {
    create(file, content, FILE);
  }

  /** Likewise, with other permissions, in the form {@code rwxr-xr-x}. */
  public static void create(Path file, byte[] content, String permissions) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            attributes(file, permissions))) {
      for (ByteBuffer left = ByteBuffer.wrap(content); left.hasRemaining(); ) {
        channel.write(left);
      }
    }
  }

  /** Has a file's bytes, or a folder's names, written through to the disk. */
  public static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Writes a file for its owner only, in place of one that may be there: whole, on disk, or not at
   * all.
   */
  public static void replace(Path file, byte[] content) throws IOException {
    Path folder = requireNonNull(file.toAbsolutePath().getParent());
    Path whole = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      create(whole, content);
      sync(whole);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  /** Makes a folder for its owner only, and those above it; one that is there stays as it is. */
  public static Path folder(Path folder) throws IOException {
    return Files.createDirectories(folder, attributes(folder, FOLDER));
  }

  /**
   * Makes a folder for its owner only, in one that is there.
   *
   * @throws FileAlreadyExistsException if there is one
   */
  public static Path newFolder(Path folder) throws IOException {
    return Files.createDirectory(folder, attributes(folder, FOLDER));
  }

  /** Whether nobody may read the file but its owner and the owner's group, which may not write. */
  public static boolean isPrivate(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    return view == null
        || view.readAttributes().permissions().stream().noneMatch(TOO_MUCH::contains);
  }

  private static FileAttribute<?>[] attributes(Path near, String permissions) {
    return near.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
