package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.lingala.zip4j.ZipFile;
import net.lingala.zip4j.exception.ZipException;
import net.lingala.zip4j.io.inputstream.ZipInputStream;
import net.lingala.zip4j.model.LocalFileHeader;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.AesKeyStrength;
import net.lingala.zip4j.model.enums.EncryptionMethod;

/**
 * Kits as zip files. One is read into memory, within limits and without trusting a name, a size or
 * a permission in it; nothing is written anywhere.
 */
final class KitArchive {
  private static final int MOST_FILES = 2000;
  private static final long MOST_BYTES = 64L << 20;
  private static final String FOLDER = "[A-Za-z0-9][A-Za-z0-9._-]*/";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*";

  private KitArchive() {}

  /** Writes a folder as a zip file that a password opens (AES-256). */
  static void write(Path folder, Path zip, String password) throws IOException {
    ZipParameters parameters = new ZipParameters();
    parameters.setEncryptFiles(true);
    parameters.setEncryptionMethod(EncryptionMethod.AES);
    parameters.setAesKeyStrength(AesKeyStrength.KEY_STRENGTH_256);
    try (ZipFile file = new ZipFile(zip.toFile(), password.toCharArray())) {
      file.addFolder(folder.toFile(), parameters);
    }
  }

  /** A draft as an open zip file, in a folder of the kit's name. */
  static byte[] bytes(KitDraft draft) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : draft.names()) {
        zip.putNextEntry(new ZipEntry("kit/" + name));
        zip.write(draft.content(name));
      }
    }
    return bytes.toByteArray();
  }

  /**
   * The files of a zip file, by their names below its one folder.
   *
   * @param password empty if it is not encrypted
   * @throws ProvisioningException if the password is another, or it is no kit's zip file
   */
  static SortedMap<String, byte[]> read(byte[] zip, String password) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    long left = MOST_BYTES;
    try (ZipInputStream in =
        new ZipInputStream(new ByteArrayInputStream(zip), password.toCharArray())) {
      for (LocalFileHeader header = in.getNextEntry(); header != null; header = in.getNextEntry()) {
        if (header.isDirectory()) {
          continue;
        }
        byte[] content = in.readNBytes((int) Math.min(left + 1, Integer.MAX_VALUE));
        left -= content.length;
        if (left < 0 || files.size() >= MOST_FILES) {
          throw new ProvisioningException(
              "the zip file holds more than %d files or 64 MiB, which no kit does"
                  .formatted(MOST_FILES));
        }
        if (files.put(name(header.getFileName()), content) != null) {
          throw foreign(header.getFileName());
        }
      }
    } catch (ZipException e) {
      throw refused(e);
    } catch (IOException | IllegalArgumentException e) {
      throw new ProvisioningException(
          "the zip file is damaged, perhaps you should copy it again", e);
    }
    if (files.isEmpty()) {
      throw new ProvisioningException("there is no kit in it, perhaps it is another zip file");
    }
    return files;
  }

  /** Likewise, a file. */
  static SortedMap<String, byte[]> read(Path zip, String password) {
    return read(bytes(zip), password);
  }

  /** Whether a zip file needs a password. */
  static boolean isEncrypted(Path zip) {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      return file.isEncrypted();
    } catch (IOException e) {
      throw new ProvisioningException(
          "the zip file is damaged, perhaps you should copy it again", e);
    }
  }

  /**
   * The bytes of a kit's file.
   *
   * @throws ProvisioningException if it cannot be read, or is larger than any kit
   */
  static byte[] bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new ProvisioningException(
            Text.quote(file.toString()) + " is larger than 64 MiB, which no kit is");
      }
      return bytes;
    } catch (IOException e) {
      throw new ProvisioningException(
          Text.quote(file.toString())
              + " cannot be read, perhaps you should check the path and its permissions",
          e);
    }
  }

  /** Without the folder that all files are in. */
  private static String name(String entry) {
    if (!entry.matches(FOLDER + NAME)) {
      throw foreign(entry);
    }
    return entry.substring(entry.indexOf('/') + 1);
  }

  private static ProvisioningException foreign(String entry) {
    return new ProvisioningException(
        "the zip file holds "
            + Text.quote(entry)
            + ", which no kit does, perhaps you should ask who made it");
  }

  private static ProvisioningException refused(ZipException e) {
    return switch (requireNonNull(e.getType())) {
      case WRONG_PASSWORD ->
          new ProvisioningException(
              "the password does not open the zip file, perhaps you should ask your project admin"
                  + " for it",
              e);
      default ->
          new ProvisioningException("the zip file is damaged, perhaps you should copy it again", e);
    };
  }
}
