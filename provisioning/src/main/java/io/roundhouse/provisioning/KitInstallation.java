package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import io.roundhouse.kit.Kit;
import io.roundhouse.kit.KitDescription;
import io.roundhouse.kit.KitException;
import io.roundhouse.kit.KitFiles;
import io.roundhouse.kit.PrivateFiles;
import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Puts a kit that came as a file into its folder: checked first, and nothing is changed if anything
 * is wrong with it. A kit that is there is brought up to date; what its organisation owns stays.
 */
public final class KitInstallation {
  private static final List<String> SIGNATURES = List.of(KitFiles.SIGNED, KitFiles.SIGNATURE);

  private final Clock clock;

  /**
   * @param clock by which certificates are valid
   */
  public KitInstallation(Clock clock) {
    this.clock = requireNonNull(clock, "clock is null");
  }

  /**
   * Unpacks a zip file.
   *
   * @param password empty if it has none
   * @param folder the kit's; not there yet, or a kit of the same member
   * @throws ProvisioningException if the file cannot be used, or the folder is another's
   * @throws KitException if what is in it is no genuine kit
   */
  public Kit unpack(Path zip, String password, Path folder) {
    return install(KitArchive.read(zip, password), folder);
  }

  /** Whether a file is a zip file, not a sealed kit. */
  public static boolean isZip(Path file) {
    byte[] bytes = KitArchive.bytes(file);
    return bytes.length > 1 && bytes[0] == 'P' && bytes[1] == 'K';
  }

  /** Whether a zip file needs a password. */
  public static boolean isEncrypted(Path zip) {
    return KitArchive.isEncrypted(zip);
  }

  /** Opens a kit that was sealed for the key in a folder, and puts it there. */
  public Kit open(Path sealed, Path folder) {
    return open(KitArchive.bytes(sealed), folder);
  }

  /** Likewise, bytes. */
  public Kit open(byte[] sealed, Path folder) {
    byte[] zip = SealedKit.open(sealed, new EnrolmentFolder(folder).privateKey());
    return install(KitArchive.read(zip, ""), folder);
  }

  private Kit install(SortedMap<String, byte[]> files, Path folder) {
    Path target = folder.toAbsolutePath().normalize();
    Path part = target.resolveSibling("." + target.getFileName() + ".part");
    try {
      Folders.delete(part);
      SortedMap<String, byte[]> whole = new TreeMap<>(files);
      for (String own : List.of(KitFiles.KEY, KitFiles.TRUSTED_ROOT)) {
        if (!whole.containsKey(own) && Files.exists(target.resolve(own))) {
          whole.put(own, Files.readAllBytes(target.resolve(own)));
        }
      }
      PrivateFiles.folder(requireNonNull(part.getParent()));
      PrivateFiles.newFolder(part);
      for (Map.Entry<String, byte[]> file : whole.entrySet()) {
        write(part.resolve(file.getKey()), file.getKey(), file.getValue());
      }
      Kit kit = Kit.open(part, clock);
      if (isEmpty(target)) {
        Files.deleteIfExists(target);
        Files.move(part, target);
      } else {
        requireSame(kit, target);
        update(part, whole, target);
      }
      return Kit.open(target, clock);
    } catch (IOException e) {
      throw new ProvisioningException(
          "the kit cannot be put into "
              + Text.quote(target.toString())
              + " ("
              + e.getClass().getSimpleName()
              + "), perhaps you should check its permissions",
          e);
    } finally {
      try {
        Folders.delete(part);
      } catch (IOException e) {
        // It is hidden, for its owner only, and taken away by the next installation.
      }
    }
  }

  /** File by file, each as a whole; the signature is last, so that a half of it is refused. */
  private static void update(Path part, SortedMap<String, byte[]> files, Path target)
      throws IOException {
    List<String> names = new ArrayList<>(files.keySet());
    names.removeAll(SIGNATURES);
    names.addAll(SIGNATURES);
    for (String name : names) {
      Path to = target.resolve(name);
      boolean stays = name.startsWith(KitFiles.LOCAL) && Files.exists(to);
      if (!stays) {
        PrivateFiles.folder(requireNonNull(to.getParent()));
        Files.move(
            part.resolve(name),
            to,
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    for (String old : signedIn(target)) {
      if (!files.containsKey(old)) {
        Files.delete(target.resolve(old));
      }
    }
  }

  private static List<String> signedIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .filter(KitFiles::isSigned)
          .toList();
    }
  }

  private static void requireSame(Kit kit, Path target) throws IOException {
    Path description = target.resolve(KitFiles.DESCRIPTION);
    if (!Files.exists(description)) {
      if (!Files.exists(target.resolve(KitFiles.KEY))) {
        throw new ProvisioningException(
            Text.quote(target.toString())
                + " is there already and is no kit, perhaps you should name another folder");
      }
      return;
    }
    try {
      KitDescription old = Json.read(Files.readAllBytes(description), KitDescription.class);
      if (!old.federation().equals(kit.identity().federation())
          || !old.name().equals(kit.identity().name())) {
        throw new ProvisioningException(
            Text.quote(target.toString())
                + " is the kit of "
                + Text.quote(old.name())
                + " in federation "
                + Text.quote(old.federation())
                + ", perhaps you should name another folder");
      }
      if (old.number() > kit.number()) {
        throw new ProvisioningException(
            "the kit has number %d, older than %d that is there, perhaps it is the wrong file"
                .formatted(kit.number(), old.number()));
      }
    } catch (CorruptArtifactException e) {
      throw new ProvisioningException(
          Text.quote(description.toString())
              + " is damaged, perhaps you should name another folder",
          e);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return true;
    }
    if (!Files.isDirectory(folder)) {
      throw new ProvisioningException(
          Text.quote(folder.toString()) + " is a file, perhaps you should name another folder");
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  private static void write(Path file, String name, byte[] content) throws IOException {
    PrivateFiles.folder(requireNonNull(file.getParent()));
    if (name.endsWith(".sh")) {
      PrivateFiles.create(file, content, "rwxr-xr-x");
    } else if (KitFiles.isSigned(name) || SIGNATURES.contains(name)) {
      PrivateFiles.create(file, content, "rw-r--r--");
    } else {
      PrivateFiles.create(file, content);
    }
  }
}
