package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.kit.Kit;
import io.roundhouse.kit.KitException;
import io.roundhouse.kit.KitFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KitInstallationTest {
  private static final String PASSWORD = "a password for all of them";

  private final Fixture.TestClock clock = new Fixture.TestClock();
  private final KitInstallation installation = new KitInstallation(clock);
  private final Provisioner provisioner;
  private final Path first;
  private final Path second;

  KitInstallationTest(@TempDir Path shared) {
    provisioner = Fixture.provisioner(shared, clock);
    Delivery zips = new Delivery.Zips(PASSWORD);
    first =
        kit(provisioner.provision(FederationFile.parse(Fixture.FEDERATION), zips, false), "berlin");
    second = kit(provisioner.renew(List.of("berlin"), zips), "berlin");
  }

  @AfterAll
  void close() {
    provisioner.close();
  }

  @BeforeAll
  void onlyZipFilesAreHandedOver() throws IOException {
    try (Stream<Path> files = Files.walk(provisioner.workspace().kits(1))) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName() + ""))
          .containsExactlyInAnyOrder("central.zip", "berlin.zip", "paris.zip", "eve.zip");
    }
  }

  private static Path kit(KitReport report, String name) {
    return report.rows().stream()
        .filter(row -> row.identity().name().equals(name))
        .flatMap(row -> row.kit().stream())
        .findFirst()
        .orElseThrow();
  }

  private static byte[] zip(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void unpacksAndChecks(@TempDir Path folder) throws IOException {
    Kit kit = installation.unpack(first, PASSWORD, folder.resolve("berlin"));

    assertThat(kit.identity().name()).isEqualTo("berlin");
    assertThat(permissions(kit.file(KitFiles.KEY))).isEqualTo("rw-------");
    assertThat(permissions(kit.file("start.sh"))).isEqualTo("rwxr-xr-x");
    assertThat(permissions(kit.file("local/policy.yml"))).isEqualTo("rw-------");
    assertThat(permissions(kit.folder())).isEqualTo("rwx------");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void bringsAKitUpToDateAndLeavesWhatIsTheOwners(@TempDir Path folder) throws IOException {
    Path target = folder.resolve("berlin");
    Kit before = installation.unpack(first, PASSWORD, target);
    Files.writeString(target.resolve("local/policy.yml"), "mine");
    Files.writeString(target.resolve("local/notes"), "mine");
    Files.createDirectories(target.resolve("run"));
    Files.writeString(target.resolve("run/pid"), "1");

    Kit after = installation.unpack(second, PASSWORD, target);

    assertThat(after.number()).isEqualTo(2);
    assertThat(after.key()).isNotEqualTo(before.key());
    assertThat(target.resolve("local/policy.yml")).hasContent("mine");
    assertThat(target.resolve("local/notes")).hasContent("mine");
    assertThat(target.resolve("run/pid")).hasContent("1");
    assertThatThrownBy(() -> installation.unpack(first, PASSWORD, target))
        .hasMessageContaining("the kit has number 1, older than 2 that is there");
    assertThat(Kit.open(target, clock).number()).isEqualTo(2);
  }

  /** What broke off half-way is refused, and put right by doing it again. */
  @Test
  void aHalfOfAnUpdateIsRefusedAndPutRight(@TempDir Path folder) throws IOException {
    Path target = folder.resolve("berlin");
    installation.unpack(first, PASSWORD, target);
    Files.write(
        target.resolve(KitFiles.CHAIN), KitArchive.read(second, PASSWORD).get(KitFiles.CHAIN));
    assertThatThrownBy(() -> Kit.open(target, clock)).isInstanceOf(KitException.class);

    assertThat(installation.unpack(second, PASSWORD, target).number()).isEqualTo(2);
  }

  @Test
  void leavesFoldersOfOthersAlone(@TempDir Path folder) throws IOException {
    Path paris = kit1("paris");
    Path target = folder.resolve("x");
    installation.unpack(paris, PASSWORD, target);
    assertThatThrownBy(() -> installation.unpack(first, PASSWORD, target))
        .hasMessageContaining("is the kit of 'paris' in federation 'demo'");
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("x"), "x");
    assertThatThrownBy(() -> installation.unpack(first, PASSWORD, other))
        .hasMessageContaining("is there already and is no kit");
    assertThatThrownBy(() -> installation.unpack(first, PASSWORD, other.resolve("x")))
        .hasMessageContaining("is a file");
    assertThat(other.resolve("x")).hasContent("x");
    assertThat(other.toFile().list()).hasSize(1);
  }

  private Path kit1(String name) {
    return provisioner.workspace().kits(1).resolve(name + ".zip");
  }

  @Test
  void refusesAnotherPassword(@TempDir Path folder) {
    for (String password : List.of("another password", "", PASSWORD + " ")) {
      assertThatThrownBy(() -> installation.unpack(first, password, folder.resolve("berlin")))
          .as(password)
          .isInstanceOf(ProvisioningException.class)
          .hasMessageContaining("the password does not open the zip file");
    }
    assertThat(folder.resolve("berlin")).doesNotExist();
  }

  @Test
  void refusesZipFilesThatReachOutside(@TempDir Path folder) throws IOException {
    for (String name :
        List.of(
            "kit/../evil",
            "../evil",
            "/etc/evil",
            "kit//evil",
            "kit/a/../../evil",
            "kit/./evil",
            "kit\\evil",
            "kit/a\\..\\evil",
            "evil",
            "kit/.hidden",
            "kit/a\u0000b",
            "C:/evil")) {
      assertThatThrownBy(() -> KitArchive.read(zip(Map.of(name, new byte[1])), ""))
          .as(name)
          .isInstanceOf(ProvisioningException.class);
    }
    Path file = Files.write(folder.resolve("evil.zip"), zip(Map.of("kit/../../evil", new byte[1])));
    assertThatThrownBy(() -> installation.unpack(file, "", folder.resolve("a/b")))
        .hasMessageContaining("which no kit does");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void refusesZipFilesThatGrow() throws IOException {
    byte[] large = zip(Map.of("kit/zeros", new byte[(64 << 20) + 1]));
    assertThat(large).hasSizeLessThan(1 << 20);
    assertThatThrownBy(() -> KitArchive.read(large, ""))
        .hasMessageContaining("more than 2000 files or 64 MiB");

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < 2001; i++) {
        zip.putNextEntry(new ZipEntry("kit/f" + i));
      }
    }
    assertThatThrownBy(() -> KitArchive.read(bytes.toByteArray(), ""))
        .hasMessageContaining("more than 2000 files or 64 MiB");
  }

  @Test
  void refusesDamagedZipFiles(@TempDir Path folder) throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] bytes = Files.readAllBytes(first);
    for (int trial = 0; trial < 40; trial++) {
      byte[] changed = bytes.clone();
      int at = random.nextInt(bytes.length);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      Path file = Files.write(folder.resolve("changed.zip"), changed);
      Path target = folder.resolve("kit-" + trial);
      try {
        // What is not used of a zip file, such as times, may be changed.
        assertThat(installation.unpack(file, PASSWORD, target).identity().name())
            .isEqualTo("berlin");
      } catch (ProvisioningException | KitException e) {
        assertThat(target).as("seed %d, byte %d", seed, at).doesNotExist();
      }
    }
    Path half = Files.write(folder.resolve("half.zip"), Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> installation.unpack(half, PASSWORD, folder.resolve("half")))
        .isInstanceOfAny(ProvisioningException.class, KitException.class);
    assertThat(folder.resolve("half")).doesNotExist();
  }

  @Test
  void aTamperedKitInAGoodZipFileIsNotUnpacked(@TempDir Path folder) throws IOException {
    Map<String, byte[]> files = KitArchive.read(first, PASSWORD);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry("berlin/" + file.getKey()));
        zip.write(file.getKey().equals("start.sh") ? "evil".getBytes(UTF_8) : file.getValue());
      }
    }
    Path file = Files.write(folder.resolve("berlin.zip"), bytes.toByteArray());

    assertThatThrownBy(() -> installation.unpack(file, "", folder.resolve("berlin")))
        .isInstanceOf(KitException.class)
        .hasMessageContaining("start.sh: has been changed");
    assertThat(folder.toFile().list()).containsExactly("berlin.zip");
  }

  @Test
  void aSealedKitBecomesTheFolderWhoseKeyItIsFor(@TempDir Path folder) throws IOException {
    EnrolmentFolder mine = new EnrolmentFolder(folder.resolve("eve"));
    String request =
        mine.request(
            "eve",
            Optional.of("spiffe://demo/operator/eve"),
            Optional.of(provisioner.fingerprint()));
    assertThat(permissions(mine.folder().resolve(KitFiles.KEY))).isEqualTo("rw-------");
    assertThat(permissions(mine.folder())).isEqualTo("rwx------");
    assertThat(mine.request("eve", Optional.of("spiffe://demo/operator/eve"), Optional.empty()))
        .as("the same when it is asked again")
        .isEqualTo(request);
    assertThatThrownBy(() -> mine.request("max", Optional.empty(), Optional.empty()))
        .hasMessageContaining("has a key, but not the request of max");

    Path sealed = kit(provisioner.sign(request), "eve");
    Path elsewhere = folder.resolve("else");
    new EnrolmentFolder(elsewhere).request("eve", Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> installation.open(sealed, elsewhere))
        .hasMessageContaining("made for another key");
    assertThatThrownBy(() -> installation.open(sealed, folder.resolve("absent")))
        .hasMessageContaining("there is no key in");
    byte[] changed = Files.readAllBytes(sealed);
    changed[changed.length - 20] ^= 1;
    assertThatThrownBy(() -> installation.open(changed, mine.folder()))
        .hasMessageContaining("is damaged, or was made for another key");

    Kit kit = installation.open(sealed, mine.folder());

    assertThat(kit.identity().uri()).isEqualTo("spiffe://demo/operator/eve");
    assertThat(kit.file(KitFiles.TRUSTED_ROOT)).exists();
    assertThat(kit.file("local/eve.csr")).exists();
    Kit renewed =
        installation.open(
            kit(provisioner.renew(List.of("eve"), new Delivery.Folders()), "eve"), kit.folder());
    assertThat(renewed.key()).isEqualTo(kit.key());
    assertThat(renewed.number()).isGreaterThan(kit.number());
  }

  @Test
  void aSealedKitOfAnotherRootThanTheTokensIsRefused(@TempDir Path folder) {
    EnrolmentFolder mine = new EnrolmentFolder(folder.resolve("eve"));
    String request =
        mine.request(
            "eve",
            Optional.of("spiffe://demo/operator/eve"),
            Optional.of(new io.roundhouse.domain.Digest("00".repeat(32))));
    Path sealed = kit(provisioner.sign(request), "eve");

    assertThatThrownBy(() -> installation.open(sealed, mine.folder()))
        .isInstanceOf(KitException.class)
        .hasMessageContaining("is not the root whose fingerprint is in local/root.sha256");
    assertThat(mine.folder().resolve("kit.json")).doesNotExist();
  }
}
