package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Text;
import io.roundhouse.federation.Member;
import io.roundhouse.kit.PrivateFiles;
import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The project admin's folder of a federation: authority, register and numbered folders of kits.
 * Only its owner may read it.
 *
 * @param folder {@code <workspace>/<federation>}
 * @param federation its name
 */
public record Workspace(Path folder, String federation) {
  private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  public Workspace {
    folder = requireNonNull(folder, "folder is null").toAbsolutePath().normalize();
    requireNonNull(federation, "federation is null");
  }

  /** The federation's folder in the folder of all of them. */
  public static Workspace of(Path workspaces, String federation) {
    return new Workspace(workspaces.resolve(federation), federation);
  }

  /**
   * The only federation of a folder of them.
   *
   * @throws ProvisioningException if there is none, or more than one
   */
  public static Workspace only(Path workspaces) {
    try (Stream<Path> files =
        Files.isDirectory(workspaces) ? Files.list(workspaces) : Stream.empty()) {
      List<Path> found =
          files.filter(file -> Files.exists(file.resolve("register.json"))).sorted().toList();
      if (found.size() == 1) {
        return of(workspaces, String.valueOf(found.get(0).getFileName()));
      }
      throw new ProvisioningException(
          found.isEmpty()
              ? "there is no federation in "
                  + Text.quote(workspaces.toString())
                  + ", perhaps you should name the folder with --workspace, or begin with"
                  + " `roundhouse provision federation.yml`"
              : "there are several federations in "
                  + Text.quote(workspaces.toString())
                  + ", perhaps you should add --federation with one of "
                  + String.join(
                      ", ", found.stream().map(file -> file.getFileName() + "").toList()));
    } catch (IOException e) {
      throw unreadable(workspaces, e);
    }
  }

  /** Whether its authority has been made. */
  public boolean exists() {
    return Files.exists(registerFile());
  }

  /**
   * The members, in the order of their names. No passphrase is needed.
   *
   * @throws ProvisioningException if the register cannot be read
   */
  public List<Member> members() {
    return register().members();
  }

  /** Numbers of issuing authorities that are revoked, and with them all that they issued. */
  public Set<Integer> revokedAuthorities() {
    return register().authorities().stream()
        .filter(authority -> authority.revocation().isPresent())
        .map(IssuingAuthority::number)
        .collect(Collectors.toSet());
  }

  /** When the tokens of members end that have not used them, by the members' identities. */
  public Map<Identity, Instant> invited() {
    Map<Identity, Instant> invited = new LinkedHashMap<>();
    for (Invitation invitation : register().invitations()) {
      if (invitation.usedBy().isEmpty()) {
        invited.put(invitation.identity(), invitation.expires());
      }
    }
    return invited;
  }

  /** The newest list of revoked certificates. */
  public Path revocations() {
    return folder.resolve("crl.pem");
  }

  /** The root's certificate. */
  public Path rootCertificate() {
    return ca().rootCertificate();
  }

  CaFolder ca() {
    return new CaFolder(folder.resolve("ca"));
  }

  /** A copy of the {@code federation.yml} that was provisioned last. */
  Path spec() {
    return folder.resolve("federation.yml");
  }

  Path certificate(String serial) {
    return folder.resolve("certificates").resolve(serial + ".pem");
  }

  /** The numbered folder of kits. */
  Path kits(int number) {
    return folder.resolve(String.format(Locale.ROOT, "kits-%04d", number));
  }

  /** The number of the next folder of kits. */
  int nextNumber() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> name.matches("\\.?kits-\\d{4,9}(\\.part)?"))
              .mapToInt(name -> Integer.parseInt(name.replaceAll("\\D", "")))
              .max()
              .orElse(0)
          + 1;
    }
  }

  /**
   * What was issued and revoked.
   *
   * @throws ProvisioningException if it cannot be read
   */
  Register register() {
    try {
      return Json.read(Files.readAllBytes(registerFile()), Register.class);
    } catch (IOException e) {
      throw unreadable(registerFile(), e);
    } catch (CorruptArtifactException e) {
      throw new ProvisioningException(
          registerFile() + " is damaged, perhaps you should bring it back from a copy", e);
    }
  }

  void write(Register register) throws IOException {
    PrivateFiles.replace(registerFile(), Json.write(register));
  }

  /** Something that changes a workspace. */
  interface Change<T> {
    T make() throws IOException;
  }

  /** Makes a change while nobody else does, in this process or another. */
  <T> T change(Change<T> change) {
    ReentrantLock lock = LOCKS.computeIfAbsent(folder, path -> new ReentrantLock());
    lock.lock();
    try {
      if (lock.getHoldCount() > 1) {
        return change.make();
      }
      PrivateFiles.folder(folder);
      Path lockFile = folder.resolve("lock");
      try {
        PrivateFiles.create(lockFile, new byte[0]);
      } catch (FileAlreadyExistsException e) {
        // Mostly it is there.
      }
      try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        requireNonNull(held, "held is null");
        return change.make();
      }
    } catch (IOException e) {
      throw unreadable(folder, e);
    } finally {
      lock.unlock();
    }
  }

  private Path registerFile() {
    return folder.resolve("register.json");
  }

  private static ProvisioningException unreadable(Path path, IOException e) {
    return new ProvisioningException(
        "the workspace cannot be used: "
            + e.getClass().getSimpleName()
            + " on "
            + Text.quote(String.valueOf(e.getMessage()))
            + ", perhaps you should check "
            + Text.quote(path.toString())
            + " and its permissions",
        e);
  }
}
