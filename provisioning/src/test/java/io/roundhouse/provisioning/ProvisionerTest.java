package io.roundhouse.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Role;
import io.roundhouse.federation.Member;
import io.roundhouse.federation.RevocationReason;
import io.roundhouse.kit.Kit;
import io.roundhouse.kit.RevocationFiles;
import io.roundhouse.kit.Revocations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvisionerTest {
  private static final Delivery FOLDERS = new Delivery.Folders();

  private final Fixture.TestClock clock = new Fixture.TestClock();
  private final Path folder;
  private final Provisioner provisioner;
  private final Workspace workspace;

  ProvisionerTest(@TempDir Path folder) {
    this.folder = folder;
    provisioner = Fixture.provisioned(folder, clock);
    workspace = provisioner.workspace();
  }

  @AfterEach
  void close() {
    provisioner.close();
  }

  private Kit kit(int number, String name) {
    return Kit.open(workspace.kits(number).resolve(name), clock);
  }

  private Member member(String name) {
    return workspace.members().stream()
        .filter(member -> member.identity().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Revocations revocations() {
    return new RevocationFiles(List.of(workspace.revocations()), provisioner.root()).get();
  }

  private static FederationFile file(String text) {
    return FederationFile.parse(text);
  }

  @Test
  void makesAKitForEachMember() {
    for (String name : List.of("central", "berlin", "paris", "eve")) {
      assertThat(kit(1, name).identity().name()).isEqualTo(name);
    }
    assertThat(workspace.members()).allMatch(member -> member.isValidAt(Fixture.NOW));
  }

  @Test
  void keepsEverythingFromOthersEyes() throws IOException {
    try (Stream<Path> files = Files.walk(workspace.folder())) {
      for (Path file : files.toList()) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        String name = String.valueOf(file.getFileName());
        if (Files.isDirectory(file)) {
          assertThat(PosixFilePermissions.toString(permissions)).as(name).isEqualTo("rwx------");
        } else if (name.endsWith(".key")
            || name.equals("key.pem")
            || name.equals("register.json")) {
          assertThat(PosixFilePermissions.toString(permissions)).as(name).isEqualTo("rw-------");
        }
      }
    }
    String root = Files.readString(workspace.folder().resolve("ca/root/root.key"));
    assertThat(root).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
  }

  @Test
  void leavesKitsAloneThatWereMade() throws IOException {
    Map<Path, byte[]> before = contents(workspace.kits(1));

    KitReport again = provisioner.provision(file(Fixture.FEDERATION), FOLDERS, false);
    KitReport more =
        provisioner.provision(
            file(Fixture.FEDERATION + "  max: {organisation: clinic, role: member}\n"),
            FOLDERS,
            false);

    assertThat(again.rows()).isEmpty();
    assertThat(again.notes())
        .containsExactly(
            "4 members have their kits already, which are left as they are; `roundhouse provision"
                + " renew NAME` makes new ones");
    assertThat(more.rows()).extracting(row -> row.identity().name()).containsExactly("max");
    assertThat(kit(2, "max").identity().role()).contains(Role.MEMBER);
    assertSame(contents(workspace.kits(1)), before);
  }

  @Test
  void addsMembersThatTheFileDoesNotNameYet() throws IOException {
    Map<Path, byte[]> before = contents(workspace.kits(1));

    provisioner.add(
        new MemberSpec.Site("oslo", "clinic", Optional.of(Duration.ofDays(9)), false), FOLDERS);

    assertThat(kit(2, "oslo").validUntil()).isEqualTo(Fixture.NOW.plus(Duration.ofDays(9)));
    assertSame(contents(workspace.kits(1)), before);
    assertThatThrownBy(
            () ->
                provisioner.add(
                    new MemberSpec.Site("oslo", "lab", Optional.empty(), false), FOLDERS))
        .hasMessageStartingWith("there is a member 'oslo' already");
    assertThat(provisioner.provision(file(Fixture.FEDERATION), FOLDERS, false).notes())
        .contains(
            "oslo has a certificate but is not in the file, perhaps you should add it, or run"
                + " `roundhouse provision revoke oslo`");
  }

  @Test
  void renewsWithoutTouchingTheKitBefore() {
    clock.skip(Duration.ofDays(250));
    assertThat(provisioner.due()).containsExactly("berlin", "central", "eve", "paris");

    provisioner.renew(List.of("berlin", "central"), FOLDERS);

    assertThat(kit(2, "berlin").validUntil()).isEqualTo(clock.instant().plus(Duration.ofDays(365)));
    assertThat(kit(1, "berlin").key()).isNotEqualTo(kit(2, "berlin").key());
    assertThat(kit(2, "central").identity().kind()).isEqualTo(Identity.Kind.SERVER);
    assertThat(kit(2, "central").file("local/server.yml")).exists();
    assertThat(provisioner.due()).containsExactly("eve", "paris");
    assertThat(member("berlin").certificates()).hasSize(2);
    clock.skip(Duration.ofDays(200));
    provisioner.renew(List.of("berlin"), FOLDERS);
    assertThat(member("berlin").certificates()).as("the first one has ended").hasSize(2);
  }

  @Test
  void certificatesEndWithTheAuthorityAtTheLatest() {
    clock.skip(Duration.ofDays(700));
    provisioner.renew(List.of("berlin"), FOLDERS);
    assertThat(kit(2, "berlin").validUntil()).isEqualTo(Fixture.NOW.plus(Duration.ofDays(730)));
    clock.skip(Duration.ofDays(100));
    assertThatThrownBy(() -> provisioner.renew(List.of("berlin"), FOLDERS))
        .isInstanceOf(ProvisioningException.class)
        .hasMessageContaining("`roundhouse provision rotate`");
  }

  @Test
  void revokesEveryCertificateOfAMember() {
    Kit first = kit(1, "berlin");
    provisioner.renew(List.of("berlin"), FOLDERS);
    Kit second = kit(2, "berlin");
    assertThat(revocations().since(first.chain())).isEmpty();

    clock.skip(Duration.ofHours(5));
    provisioner.revoke("berlin", "ada", RevocationReason.KEY_COMPROMISE);

    assertThat(revocations().since(first.chain())).contains(clock.instant());
    assertThat(revocations().since(second.chain())).contains(clock.instant());
    assertThat(revocations().since(kit(1, "paris").chain())).isEmpty();
    assertThat(revocations().size()).isEqualTo(2);
    assertThat(member("berlin").isValidAt(clock.instant())).isFalse();
    assertThatThrownBy(() -> provisioner.revoke("berlin", "ada", RevocationReason.CESSATION))
        .hasMessageContaining("revoked since");
    assertThatThrownBy(() -> provisioner.renew(List.of("berlin"), FOLDERS))
        .hasMessageContaining("`roundhouse provision reissue berlin`");
    assertThatThrownBy(() -> provisioner.revoke("berln", "ada", RevocationReason.CESSATION))
        .hasMessageContaining("perhaps you should write berlin");
    assertThat(provisioner.provision(file(Fixture.FEDERATION), FOLDERS, false).notes())
        .anyMatch(note -> note.startsWith("berlin is revoked since"));
  }

  @Test
  void reissuesWithANewKeyAndRevokesWhatWas() {
    Kit first = kit(1, "berlin");

    provisioner.reissue("berlin", RevocationReason.SUPERSEDED, FOLDERS);

    assertThat(revocations().since(first.chain())).isPresent();
    assertThat(revocations().since(kit(2, "berlin").chain())).isEmpty();
    assertThat(member("berlin").isValidAt(clock.instant())).isTrue();
  }

  @Test
  void revokesWhatACertificateSaysNoLonger() {
    Kit before = kit(1, "eve");

    KitReport report =
        provisioner.provision(
            file(Fixture.FEDERATION.replace("role: lead", "role: member")), FOLDERS, false);

    assertThat(report.notes())
        .contains(
            "eve was operator of lab as lead and is operator of lab as member now: the"
                + " certificates it had are revoked");
    assertThat(kit(2, "eve").identity().role()).contains(Role.MEMBER);
    assertThat(revocations().since(before.chain())).isPresent();
    assertThat(revocations().since(kit(2, "eve").chain())).isEmpty();
  }

  @Test
  void makesANewKitForAServerWithOtherAddresses() {
    KitReport report =
        provisioner.provision(
            file(Fixture.FEDERATION.replace("127.0.0.1:8443", "10.0.0.9:8443")), FOLDERS, false);

    assertThat(report.rows()).extracting(row -> row.identity().name()).containsExactly("central");
    assertThat(report.notes())
        .anyMatch(note -> note.startsWith("the servers' addresses have changed"));
    assertThat(revocations().size()).isZero();
  }

  @Test
  void keepsStudiesAndValiditiesUpToDateWithoutNewKits() {
    provisioner.provision(
        file(Fixture.FEDERATION + "studies: {heart: {sites: [berlin], operators: [eve]}}\n"),
        FOLDERS,
        false);

    assertThat(member("berlin").studies()).containsExactly("heart");
    assertThat(member("paris").studies()).isEmpty();
    assertThat(member("berlin").certificates()).hasSize(1);
  }

  @Test
  void oldCertificatesOutliveTheRotationOfTheAuthority() {
    Kit before = kit(1, "berlin");

    provisioner.rotate(workspace.ca().root(), Fixture.passphrase(), Optional.empty());
    provisioner.renew(List.of("paris"), FOLDERS);

    Kit after = kit(2, "paris");
    assertThat(after.chain().get(1)).isNotEqualTo(before.chain().get(1));
    assertThat(after.root()).isEqualTo(before.root());
    assertThat(kit(1, "berlin").chain()).isEqualTo(before.chain());
    provisioner.revoke("berlin", "ada", RevocationReason.CESSATION);
    provisioner.revoke("paris", "ada", RevocationReason.CESSATION);
    assertThat(revocations().since(before.chain())).isPresent();
    assertThat(revocations().since(after.chain())).isPresent();
    assertThat(revocations().since(kit(1, "eve").chain())).isEmpty();
  }

  @Test
  void aRevokedAuthorityTakesItsCertificatesWithIt() {
    Kit before = kit(1, "berlin");

    provisioner.rotate(
        workspace.ca().root(), Fixture.passphrase(), Optional.of(RevocationReason.KEY_COMPROMISE));
    provisioner.renew(List.of("berlin"), FOLDERS);

    assertThat(revocations().since(before.chain())).isPresent();
    assertThat(revocations().since(kit(2, "berlin").chain())).isEmpty();
    provisioner.revoke("eve", "ada", RevocationReason.CESSATION);
    assertThat(revocations().since(before.chain())).as("in later lists too").isPresent();
  }

  @Test
  void aProcessNoticesThatAnotherHasRotatedTheAuthority() {
    try (Provisioner other = Provisioner.open(workspace, Fixture.passphrase(), clock)) {
      other.rotate(workspace.ca().root(), Fixture.passphrase(), Optional.empty());
    }
    provisioner.renew(List.of("berlin"), FOLDERS);

    assertThat(kit(2, "berlin").chain().get(1).getSubjectX500Principal().getName())
        .contains("issuing 2");
  }

  @Test
  void theRootsKeyMayBeAway() throws IOException {
    Path offline = Files.move(workspace.ca().root(), folder.resolve("offline"));

    provisioner.renew(List.of("berlin"), FOLDERS);
    provisioner.revoke("berlin", "ada", RevocationReason.CESSATION);
    assertThatThrownBy(
            () -> provisioner.rotate(workspace.ca().root(), Fixture.passphrase(), Optional.empty()))
        .isInstanceOf(ProvisioningException.class)
        .hasMessageContaining("name it with --root");
    assertThat(
            provisioner
                .rotate(offline, Fixture.passphrase(), Optional.empty())
                .getSubjectX500Principal()
                .getName())
        .contains("issuing 2");
  }

  @Test
  void refusesAnotherPassphraseAndAShortOne() {
    assertThatThrownBy(
            () ->
                Provisioner.open(
                    workspace, Passphrase.of("correct horse battery stable".toCharArray()), clock))
        .isInstanceOf(ProvisioningException.class)
        .hasMessageStartingWith("the passphrase does not open ");
    Passphrase weak = Passphrase.of("short".toCharArray());
    assertThatThrownBy(
            () ->
                Provisioner.create(
                    Workspace.of(folder, "other"), Validity.USUAL, weak, weak, clock))
        .hasMessageContaining("has 5 characters");
    assertThat(Workspace.of(folder, "other").exists()).isFalse();
  }

  @Test
  void signsRequestsForKeysThatStayWhereTheyAre() {
    KeyPair keys = Keys.generate();
    String request =
        CertificateRequest.write(keys, "berlin", Optional.of("spiffe://demo/site/berlin"));

    KitReport report = provisioner.sign(request);

    Path sealed = report.rows().get(0).kit().orElseThrow();
    assertThat(sealed).isEqualTo(workspace.kits(2).resolve("berlin.kit"));
    Map<String, byte[]> files =
        KitArchive.read(SealedKit.open(KitArchive.bytes(sealed), keys.getPrivate()), "");
    assertThat(files)
        .containsKey("certificates/chain.pem")
        .doesNotContainKey("certificates/key.pem");
    assertThatThrownBy(() -> SealedKit.open(KitArchive.bytes(sealed), Keys.generate().getPrivate()))
        .isInstanceOf(ProvisioningException.class)
        .hasMessageContaining("made for another key");
    // A renewal is for the same key.
    KitReport renewed = provisioner.renew(List.of("berlin"), FOLDERS);
    assertThat(
            KitArchive.read(
                SealedKit.open(
                    KitArchive.bytes(renewed.rows().get(0).kit().orElseThrow()), keys.getPrivate()),
                ""))
        .containsKey("kit.json");
  }

  @Test
  void refusesRequestsForOthers() {
    KeyPair keys = Keys.generate();
    assertThatThrownBy(
            () -> provisioner.sign(CertificateRequest.write(keys, "oslo", Optional.empty())))
        .hasMessageStartingWith("there is no member 'oslo' in federation demo");
    assertThatThrownBy(
            () ->
                provisioner.sign(
                    CertificateRequest.write(
                        keys, "berlin", Optional.of("spiffe://demo/operator/berlin"))))
        .hasMessageContaining("but berlin is spiffe://demo/site/berlin");
    provisioner.revoke("berlin", "ada", RevocationReason.CESSATION);
    assertThatThrownBy(
            () -> provisioner.sign(CertificateRequest.write(keys, "berlin", Optional.empty())))
        .hasMessageContaining("berlin was revoked on");
  }

  @Test
  void aRevokedMemberWithItsOwnKeyComesBackByATokenOrARequest() {
    provisioner.sign(CertificateRequest.write(Keys.generate(), "berlin", Optional.empty()));
    KitReport report = provisioner.reissue("berlin", RevocationReason.KEY_COMPROMISE, FOLDERS);
    EnrolmentToken token = EnrolmentToken.parse(report.rows().get(0).token().orElseThrow());
    assertThat(member("berlin").isValidAt(clock.instant())).isFalse();

    provisioner.sign(CertificateRequest.write(Keys.generate(), "berlin", Optional.empty()));

    assertThat(member("berlin").isValidAt(clock.instant())).isTrue();
    assertThatThrownBy(
            () ->
                new Invitations(provisioner.office())
                    .redeem(token.id(), token.proof(), request("berlin")))
        .as("one of the two")
        .hasMessageContaining("the token is not known");
  }

  @Test
  void tokensAreUsedOnceByOneRequestInTime() {
    KitReport report =
        provisioner.provision(
            file(Fixture.FEDERATION.replace("paris: {", "oslo: {enrolls: true, ")), FOLDERS, false);
    EnrolmentToken token = EnrolmentToken.parse(report.rows().get(0).token().orElseThrow());
    CertificateRequest request = request("oslo");
    Invitations invitations = new Invitations(provisioner.office());

    assertThat(token.identity().uri()).isEqualTo("spiffe://demo/site/oslo");
    assertThat(token.root()).isEqualTo(provisioner.fingerprint());
    assertThat(provisioner.provision(file(workspaceText()), FOLDERS, false).notes())
        .anyMatch(note -> note.startsWith("oslo has a token until "));
    assertThatThrownBy(() -> invitations.redeem(token.id(), provisioner.fingerprint(), request))
        .hasMessageContaining("the token is not known");
    assertThatThrownBy(() -> invitations.redeem("absent", token.proof(), request))
        .hasMessageContaining("the token is not known");
    assertThatThrownBy(() -> invitations.redeem(token.id(), token.proof(), request("berlin")))
        .hasMessageContaining("the token is for spiffe://demo/site/oslo");
    invitations.redeem(token.id(), token.proof(), request);
    invitations.redeem(token.id(), token.proof(), request);
    assertThatThrownBy(() -> invitations.redeem(token.id(), token.proof(), request("oslo")))
        .hasMessageContaining("the token was used already, for another key");
  }

  @Test
  void tokensExpireAndGiveWayToNewerOnes() {
    EnrolmentToken first = token("berlin");
    EnrolmentToken second = token("berlin");
    Invitations invitations = new Invitations(provisioner.office());

    assertThatThrownBy(() -> invitations.redeem(first.id(), first.proof(), request("berlin")))
        .hasMessageContaining("the token is not known");
    clock.skip(Duration.ofDays(1).plusSeconds(1));
    assertThatThrownBy(() -> invitations.redeem(second.id(), second.proof(), request("berlin")))
        .hasMessageContaining("the token expired on 2026-11-25T12:00:00Z");
  }

  private EnrolmentToken token(String name) {
    return EnrolmentToken.parse(
        provisioner.invite(name, Duration.ofDays(1)).rows().get(0).token().orElseThrow());
  }

  private static CertificateRequest request(String name) {
    return CertificateRequest.read(
        CertificateRequest.write(Keys.generate(), name, Optional.empty()));
  }

  private String workspaceText() {
    try {
      return Files.readString(workspace.spec());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A run that was killed before it wrote the register leaves nothing that counts. */
  @Test
  void whatBrokeOffIsTakenAway() throws IOException {
    Path part = workspace.folder().resolve(".kits-0002.part");
    Files.createDirectories(part.resolve("berlin"));
    Files.writeString(part.resolve("berlin/x"), "x");

    KitReport report = provisioner.renew(List.of("berlin"), FOLDERS);

    assertThat(part).doesNotExist();
    assertThat(report.rows().get(0).kit()).contains(workspace.kits(2).resolve("berlin"));
    assertThat(kit(2, "berlin").number()).isEqualTo(2);
  }

  /** One that was killed after it wrote the register gets its name later. */
  @Test
  void whatCountsIsFinished() throws IOException {
    provisioner.renew(List.of("berlin"), FOLDERS);
    Files.move(workspace.kits(2), workspace.folder().resolve(".kits-0002.part"));

    provisioner.renew(List.of("paris"), FOLDERS);

    assertThat(kit(2, "berlin").number()).isEqualTo(2);
    assertThat(kit(3, "paris").number()).isEqualTo(3);
  }

  /** An authority whose making was killed has given nothing out, and is made anew. */
  @Test
  void anAuthorityThatBrokeOffIsMadeAnew() throws IOException {
    Workspace broken = Workspace.of(folder, "broken");
    Files.createDirectories(broken.folder().resolve("ca/root"));
    Files.createDirectories(broken.folder().resolve(".ca.part/root"));
    Passphrase passphrase = Fixture.passphrase();

    Provisioner.create(broken, Validity.USUAL, passphrase, passphrase, clock);

    assertThat(broken.exists()).isTrue();
    assertThat(broken.rootCertificate()).exists();
  }

  @Test
  void manyAtOnceLoseNothing() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<KitReport>> reports = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        MemberSpec site = new MemberSpec.Site("site-" + i, "lab", Optional.empty(), false);
        reports.add(threads.submit(() -> provisioner.add(site, FOLDERS)));
      }
      for (Future<KitReport> report : reports) {
        assertThat(report.get().rows()).hasSize(1);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(workspace.members()).hasSize(16);
    for (int number = 2; number <= 13; number++) {
      assertThat(workspace.kits(number)).isDirectory();
    }
  }

  @Test
  void refusesTheFileOfAnotherFederation() {
    assertThatThrownBy(
            () ->
                provisioner.provision(
                    file(Fixture.FEDERATION.replace("name: demo", "name: other")), FOLDERS, false))
        .hasMessageContaining("the file is of federation other");
  }

  private static Map<Path, byte[]> contents(Path of) throws IOException {
    Map<Path, byte[]> contents = new HashMap<>();
    try (Stream<Path> files = Files.walk(of)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file, Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private static void assertSame(Map<Path, byte[]> now, Map<Path, byte[]> before) {
    assertThat(now.keySet()).isEqualTo(before.keySet());
    now.forEach((file, bytes) -> assertThat(bytes).as(file.toString()).isEqualTo(before.get(file)));
  }
}
