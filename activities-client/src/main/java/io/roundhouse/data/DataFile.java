package io.roundhouse.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A file of rows, plain or gzip, and the words for what is wrong with it. */
final class DataFile {
  private static final int BUFFER = 1 << 16;
  private static final int MOST_VALUES = Integer.MAX_VALUE - 8;

  /** Debian's package {@code dataset-<name>} puts its files in the folder {@code <name>} here. */
  private static final Path DEBIAN = Path.of("/usr/share/datasets");

  private final Path path;

  DataFile(Path path) {
    this.path = path;
  }

  /** What is done with the bytes. */
  interface Reading<T> {
    T read(InputStream bytes) throws IOException;
  }

  <T> T read(Reading<T> reading) {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(path), BUFFER);
        InputStream bytes = isGzip(file) ? new GZIPInputStream(file, BUFFER) : file) {
      return reading.read(bytes);
    } catch (NoSuchFileException e) {
      throw new DataException("there is no file " + path + ", perhaps you should " + remedy(), e);
    } catch (ZipException | EOFException e) {
      throw new DataException(
          path + " is cut short or damaged, perhaps you should copy it here again", e);
    } catch (IOException e) {
      throw new DataException(
          path + " cannot be read, perhaps you should check that it is a readable file", e);
    }
  }

  /** Refuses what would take more than a third of the heap. */
  void checkFits(long rows, long width) {
    long most = Math.min(Runtime.getRuntime().maxMemory() / Float.BYTES / 3, MOST_VALUES);
    if (rows * width > most) {
      throw new DataException(
          "%s has %d or more rows of %d features, but only %d values fit in memory, perhaps you"
                  .formatted(path, rows, width, most)
              + " should give the JVM a larger heap (-Xmx) or use fewer rows");
    }
  }

  private String remedy() {
    return path.startsWith(DEBIAN) && path.getNameCount() > DEBIAN.getNameCount() + 1
        ? "install the Debian package dataset-"
            + path.getName(DEBIAN.getNameCount())
            + ", or change the data set's path"
        : "check the data set's path";
  }

  DataException wrong(String what) {
    return new DataException(path + ": " + what);
  }

  DataException wrong(long line, int column, String what) {
    return new DataException(path + ", line " + line + ", column " + column + ": " + what);
  }

  DataException wrong(long line, String what) {
    return new DataException(path + ", line " + line + ": " + what);
  }

  private static boolean isGzip(InputStream file) throws IOException {
    file.mark(2);
    int magic = file.read() | file.read() << 8;
    file.reset();
    return magic == GZIPInputStream.GZIP_MAGIC;
  }
}
