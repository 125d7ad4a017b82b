package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A federation to test with. Its authority is made once and copied: deriving keys takes time. */
public final class Fixture {
  public static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  public static final String PASSPHRASE = "correct horse battery staple";

  public static final String FEDERATION =
      """
      name: demo
      organisations: [lab, clinic]
      servers:
        central:
          organisation: lab
          addresses: ["127.0.0.1:8443", "fl.example.org", "[::1]:8443"]
      sites:
        berlin: {organisation: clinic}
        paris: {organisation: lab}
      operators:
        eve: {organisation: lab, role: lead}
      """;

  private static final Path AUTHORITY = authority(Clock.fixed(NOW, ZoneOffset.UTC));
  private static final Path AUTHORITY_OF_TODAY = authority(Clock.systemUTC());

  private Fixture() {}

  /** A clock that stands still until it is moved. */
  public static final class TestClock extends Clock {
    private volatile Instant now = NOW;

    public void skip(Duration duration) {
      now = now.plus(duration);
    }

    public void set(Instant time) {
      now = time;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  public static Passphrase passphrase() {
    return Passphrase.of(PASSPHRASE.toCharArray());
  }

  /** A workspace whose authority has been made and that has no members yet. */
  public static Workspace workspace(Path folder) {
    return workspace(AUTHORITY, folder);
  }

  /** Likewise; it was made today, not at {@link #NOW}. */
  static Workspace workspaceOfToday(Path folder) {
    return workspace(AUTHORITY_OF_TODAY, folder);
  }

  private static Workspace workspace(Path authority, Path folder) {
    try {
      copy(authority, folder.resolve("demo"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Workspace.of(folder, "demo");
  }

  /** Likewise, opened. */
  public static Provisioner provisioner(Path folder, Clock clock) {
    return Provisioner.open(workspace(folder), passphrase(), clock);
  }

  /** Likewise, with the members of {@link #FEDERATION}, whose kits are in kits-0001. */
  public static Provisioner provisioned(Path folder, Clock clock) {
    Provisioner provisioner = provisioner(folder, clock);
    provisioner.provision(FederationFile.parse(FEDERATION), new Delivery.Folders(), false);
    return provisioner;
  }

  /** A copy of a folder with its permissions. */
  public static Path copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                folder,
                requireNonNull(to.resolve(from.relativize(folder))),
                StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
    return to;
  }

  private static Path authority(Clock clock) {
    try {
      Path folder = Files.createTempDirectory("authority");
      Provisioner.create(
              Workspace.of(folder, "demo"), Validity.USUAL, passphrase(), passphrase(), clock)
          .close();
      return folder.resolve("demo");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
