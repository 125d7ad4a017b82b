package io.roundhouse.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Role;
import io.roundhouse.provisioning.Delivery;
import io.roundhouse.provisioning.FederationFile;
import io.roundhouse.provisioning.Fixture;
import io.roundhouse.provisioning.Passphrase;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.provisioning.Validity;
import io.roundhouse.provisioning.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KitTest {
  private static final Clock CLOCK = Clock.fixed(Fixture.NOW, ZoneOffset.UTC);

  private static Path shared = Path.of("");

  private final Path folder;
  private final Path kit;

  KitTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    kit = Fixture.copy(original("berlin"), folder.resolve("berlin"));
  }

  @BeforeAll
  static void provision(@TempDir Path temporary) {
    shared = temporary;
    Fixture.provisioned(shared, CLOCK).close();
  }

  private static Path original(String name) {
    return shared.resolve("demo/kits-0001").resolve(name);
  }

  private List<String> problems(Path of) {
    KitException refused = catchThrowableOfType(KitException.class, () -> Kit.open(of, CLOCK));
    assertThat(refused).as("the kit was opened").isNotNull();
    return refused.problems();
  }

  @Test
  void opensWhatWasProvisioned() throws Exception {
    Kit opened = Kit.open(kit, CLOCK);

    assertThat(opened.identity())
        .isEqualTo(new Identity("demo", Identity.Kind.SITE, "berlin", "clinic", Optional.empty()));
    assertThat(opened.gateways())
        .extracting(Address::toString)
        .containsExactly("127.0.0.1:8443", "fl.example.org:8443", "[0:0:0:0:0:0:0:1]:8443");
    assertThat(opened.number()).isEqualTo(1);
    assertThat(opened.created()).isEqualTo(Fixture.NOW);
    assertThat(opened.validUntil()).isEqualTo(Fixture.NOW.plus(Duration.ofDays(365)));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initVerify(opened.chain().get(0));
    signature.update("text".getBytes(UTF_8));
    assertThat(signature.verify(opened.sign("text".getBytes(UTF_8)))).isTrue();
    assertThat(Kit.open(original("eve"), CLOCK).identity().role()).contains(Role.LEAD);
    assertThat(Kit.open(original("central"), CLOCK).identity().kind())
        .isEqualTo(Identity.Kind.SERVER);
    assertThat(Kit.open(original("central"), CLOCK).revocations().get().size()).isZero();
  }

  @Test
  void opensByALinkToItsFolder() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("current"), kit);

    assertThat(Kit.open(link, CLOCK).folder()).isEqualTo(kit.toRealPath());
  }

  /** Whichever byte of whichever file is changed, the kit is refused and the file is named. */
  @Test
  void refusesAnyChangedByteWithTheFilesName() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (Path file : files(kit)) {
      String name = kit.relativize(file).toString();
      byte[] bytes = Files.readAllBytes(file);
      if (!KitFiles.isSigned(name)
          && !List.of(KitFiles.SIGNED, KitFiles.SIGNATURE).contains(name)) {
        continue;
      }
      for (int trial = 0; trial < 12; trial++) {
        byte[] changed = bytes.clone();
        int at = trial == 0 ? 0 : trial == 1 ? bytes.length - 1 : random.nextInt(bytes.length);
        changed[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, changed);
        assertThat(problems(kit))
            .as("seed %d, byte %d of %s", seed, at, name)
            .anyMatch(problem -> problem.contains(name));
      }
      Files.write(file, bytes);
    }
    assertThatCode(() -> Kit.open(kit, CLOCK)).doesNotThrowAnyException();
  }

  /** A changed key is refused, or is the same key written otherwise. */
  @Test
  void refusesAChangedKey() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Path key = kit.resolve(KitFiles.KEY);
    byte[] bytes = Files.readAllBytes(key);
    int refused = 0;
    for (int trial = 0; trial < 60; trial++) {
      byte[] changed = bytes.clone();
      int at = random.nextInt(bytes.length);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(key, changed);
      try {
        Kit opened = Kit.open(kit, CLOCK);
        assertThat(opened.key()).as("seed %d, byte %d", seed, at).isEqualTo(Pem.privateKey(bytes));
      } catch (KitException e) {
        refused++;
        assertThat(e.problems())
            .as("seed %d, byte %d", seed, at)
            .allMatch(problem -> problem.startsWith(KitFiles.KEY));
      }
    }
    assertThat(refused).as("seed %d", seed).isPositive();
  }

  @Test
  void refusesTruncatedAndGrownFiles() throws IOException {
    for (Path file : files(kit)) {
      String name = kit.relativize(file).toString();
      if (KitFiles.isSigned(name) || name.equals(KitFiles.SIGNED)) {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, new byte[0]);
        assertThat(problems(kit)).as(name).anyMatch(problem -> problem.startsWith(name));
        Files.writeString(file, new String(bytes, UTF_8) + " ");
        assertThat(problems(kit)).as(name).anyMatch(problem -> problem.startsWith(name));
        Files.write(file, bytes);
      }
    }
  }

  @Test
  void refusesMissingFiles() throws IOException {
    for (Path file : files(kit)) {
      String name = kit.relativize(file).toString();
      if (!name.startsWith(KitFiles.LOCAL)) {
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        assertThat(problems(kit)).as(name).anyMatch(problem -> problem.startsWith(name));
        PrivateFiles.create(file, bytes);
      }
    }
  }

  @Test
  void refusesAddedFilesAndLinksButNotInLocalAndRun() throws IOException {
    Files.createDirectories(kit.resolve("run/cache"));
    Files.writeString(kit.resolve("run/cache/model"), "x");
    Files.writeString(kit.resolve("local/own.sh"), "x");
    Files.createSymbolicLink(kit.resolve("local/data"), Path.of("/"));
    assertThatCode(() -> Kit.open(kit, CLOCK)).doesNotThrowAnyException();

    Files.writeString(kit.resolve("evil.sh"), "x");
    Files.createDirectories(kit.resolve("certificates/local"));
    Files.writeString(kit.resolve("certificates/local/evil"), "x");
    Files.createSymbolicLink(kit.resolve("link"), Path.of("/etc/passwd"));

    assertThat(problems(kit))
        .containsExactlyInAnyOrder(
            "evil.sh: is not part of the kit, perhaps you should delete it or move it to local/",
            "certificates/local/evil: is not part of the kit, perhaps you should delete it or move"
                + " it to local/",
            "link: is a link, perhaps you should put the file itself there");
  }

  @Test
  void refusesASignedFileThatIsALink() throws IOException {
    Path script = kit.resolve("start.sh");
    Path outside = Files.move(script, folder.resolve("start.sh"));
    Files.createSymbolicLink(script, outside);

    assertThat(problems(kit)).anyMatch(problem -> problem.startsWith("start.sh: is a link"));
  }

  @Test
  void refusesACertificateOfAnotherMember() throws IOException {
    for (String file : List.of(KitFiles.CHAIN, KitFiles.KEY)) {
      Files.write(kit.resolve(file), Files.readAllBytes(original("paris").resolve(file)));
    }
    assertThat(problems(kit))
        .anyMatch(problem -> problem.startsWith("certificates/chain.pem: has been changed"))
        .anyMatch(
            problem -> problem.contains("is the certificate of spiffe://demo/site/paris, which"));
  }

  @Test
  void refusesTheSignatureOfAnotherKit() throws IOException {
    for (String file : List.of(KitFiles.SIGNED, KitFiles.SIGNATURE)) {
      Files.write(kit.resolve(file), Files.readAllBytes(original("paris").resolve(file)));
    }
    assertThat(problems(kit))
        .anyMatch(problem -> problem.startsWith("signed.json: belongs to another kit"));
  }

  @Test
  void refusesAKeyThatOthersCanRead() throws IOException {
    Path key = kit.resolve(KitFiles.KEY);
    for (String permissions : List.of("rw-r--r--", "rw----r--", "rw--w----")) {
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));
      assertThat(problems(kit))
          .as(permissions)
          .singleElement()
          .asString()
          .startsWith("certificates/key.pem: can be read by others")
          .contains("chmod 600");
    }
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--r-----"));
    assertThatCode(() -> Kit.open(kit, CLOCK)).doesNotThrowAnyException();
  }

  @Test
  void refusesTheKeyOfSomebodyElse() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    byte[] other = generator.generateKeyPair().getPrivate().getEncoded();
    Files.writeString(kit.resolve(KitFiles.KEY), Pem.write("PRIVATE KEY", other));

    assertThat(problems(kit))
        .singleElement()
        .asString()
        .startsWith("certificates/key.pem: is not the key of the certificate");
  }

  @Test
  void saysWhatToDoWhenTheCertificateHasEndedOrTheClockIsWrong() {
    Clock later = Clock.offset(CLOCK, Duration.ofDays(366));
    Clock earlier = Clock.offset(CLOCK, Duration.ofDays(-3000));

    assertThat(catchThrowableOfType(KitException.class, () -> Kit.open(kit, later)).problems())
        .singleElement()
        .asString()
        .startsWith("certificates/chain.pem: its certificate ended on 2027-11-24T12:00:00Z")
        .contains("ask your project admin for a renewed kit");
    assertThat(catchThrowableOfType(KitException.class, () -> Kit.open(kit, earlier)).problems())
        .hasSize(3)
        .allMatch(problem -> problem.contains("perhaps you should set the clock"));
  }

  @Test
  void refusesAKitOfAnotherAuthorityOfTheSameNameOnceTheRootIsNoted() throws IOException {
    Workspace workspace = Workspace.of(folder, "demo");
    Passphrase passphrase = Fixture.passphrase();
    try (Provisioner other =
        Provisioner.create(workspace, Validity.USUAL, passphrase, passphrase, CLOCK)) {
      other.provision(FederationFile.parse(Fixture.FEDERATION), new Delivery.Folders(), false);
    }
    Path foreign = folder.resolve("demo/kits-0001/berlin");
    String known = Kit.open(kit, CLOCK).fingerprint().hex();

    assertThat(Kit.open(foreign, CLOCK).fingerprint().hex()).isNotEqualTo(known);
    Files.writeString(foreign.resolve(KitFiles.TRUSTED_ROOT), known + "\n");
    assertThat(problems(foreign))
        .singleElement()
        .asString()
        .startsWith("certificates/root.pem: is not the root whose fingerprint is in");

    for (String file : List.of(KitFiles.ROOT, KitFiles.CHAIN)) {
      byte[] own = Files.readAllBytes(kit.resolve(file));
      Files.write(kit.resolve(file), Files.readAllBytes(foreign.resolve(file)));
      assertThat(problems(kit)).anyMatch(problem -> problem.startsWith(file));
      Files.write(kit.resolve(file), own);
    }
  }

  @Test
  void saysThatAFolderIsNoKit() {
    assertThat(problems(folder))
        .singleElement()
        .asString()
        .startsWith("kit.json: there is none, perhaps you should name the folder");
    assertThat(problems(folder.resolve("absent"))).hasSize(1);
  }

  private static List<Path> files(Path of) throws IOException {
    try (Stream<Path> all = Files.walk(of)) {
      return new ArrayList<>(all.filter(Files::isRegularFile).sorted().toList());
    }
  }
}
