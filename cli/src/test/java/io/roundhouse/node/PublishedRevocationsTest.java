package io.roundhouse.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.federation.RevocationReason;
import io.roundhouse.kit.Kit;
import io.roundhouse.provisioning.Delivery;
import io.roundhouse.provisioning.FederationFile;
import io.roundhouse.provisioning.Passphrase;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.provisioning.Workspace;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.EmbeddedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever can write to the store can neither revoke anybody nor bring anybody back. */
class PublishedRevocationsTest {
  private static final String PATH = "_federation/demo/crl.pem";

  private final Path folder;
  private final EmbeddedStore objects;
  private final ArtifactStore store;
  private Optional<Provisioner> provisioner = Optional.empty();

  PublishedRevocationsTest(@TempDir Path folder) {
    this.folder = folder;
    objects = EmbeddedStore.start(folder.resolve("objects"));
    store = ArtifactStore.connect(objects.config());
  }

  @BeforeEach
  void provision() {
    provisioner = Optional.of(provision("workspace"));
  }

  @AfterEach
  void stop() {
    provisioner.ifPresent(Provisioner::close);
    store.close();
    objects.close();
  }

  private Provisioner provision(String name) {
    FederationFile file =
        FederationFile.parse(
            """
            apiVersion: roundhouse/v1
            kind: Federation
            name: demo
            organisations: [here]
            servers:
              central: {addresses: ["127.0.0.1:8443"]}
            sites:
              berlin: {}
              lab: {}
            """);
    Provisioner made =
        Provisioner.create(
            Workspace.of(folder.resolve(name), "demo"),
            file.spec().validity(),
            Passphrase.of("a long passphrase".toCharArray()),
            Passphrase.of("a long passphrase".toCharArray()),
            Clock.systemUTC());
    made.provision(file, new Delivery.Folders(), false);
    return made;
  }

  private Kit kit(String member) {
    return Kit.open(folder.resolve("workspace/demo/kits-0001").resolve(member));
  }

  private Path file() {
    return kit("central").local().resolve("crl.pem");
  }

  private byte[] list() throws IOException {
    return Files.readAllBytes(provisioner.orElseThrow().workspace().revocations());
  }

  /** What happens at a server when that is in the store. */
  private void publish(byte[] text) {
    store.replace(PATH, text, "application/x-pem-file");
    new RepeatedDuty("take it", new PublishedRevocations(kit("central"), store)).run();
  }

  private boolean isRevoked(String member) {
    return kit("central").revocations().get().since(kit(member).chain()).isPresent();
  }

  @Test
  void aNewerListIsTaken() throws IOException {
    new PublishedRevocations(kit("central"), store).run();
    assertThat(file()).as("nothing is there").doesNotExist();
    provisioner.orElseThrow().revoke("berlin", "ann", RevocationReason.KEY_COMPROMISE);

    publish(list());

    assertThat(file()).hasBinaryContent(list());
    assertThat(isRevoked("berlin")).isTrue();
    assertThat(isRevoked("lab")).isFalse();
  }

  @Test
  void anOlderListIsNotTaken() throws IOException {
    byte[] before = list();
    provisioner.orElseThrow().revoke("berlin", "ann", RevocationReason.KEY_COMPROMISE);
    publish(list());

    publish(before);

    assertThat(file()).hasBinaryContent(list());
  }

  @Test
  void anotherAuthoritysListIsNotTaken() throws IOException {
    try (Provisioner another = provision("another")) {
      for (int i = 0; i < 5; i++) {
        another.refreshRevocations();
      }
      publish(Files.readAllBytes(another.workspace().revocations()));
    }
    assertThat(file()).doesNotExist();
  }

  @Test
  void whatIsNoListIsNotTaken() throws IOException {
    provisioner.orElseThrow().revoke("berlin", "ann", RevocationReason.KEY_COMPROMISE);
    byte[] list = list();
    byte[] changed = list.clone();
    changed[changed.length / 2] ^= 1;

    publish(changed);
    publish("nothing".getBytes(US_ASCII));
    publish(new byte[0]);

    assertThat(file()).doesNotExist();
  }

  @Test
  void aListThatLeavesAnAuthorityOutIsNotTaken() throws IOException {
    Provisioner authority = provisioner.orElseThrow();
    byte[] first = list();
    Passphrase passphrase = Passphrase.of("a long passphrase".toCharArray());
    authority.rotate(
        authority.workspace().folder().resolve("ca/root"), passphrase, Optional.empty());
    authority.revoke("berlin", "ann", RevocationReason.KEY_COMPROMISE);
    publish(list());
    assertThat(isRevoked("berlin")).isTrue();
    authority.refreshRevocations();
    String newest = new String(list(), US_ASCII);

    // The list of the authority that revoked berlin is replaced by its first one.
    String old = new String(first, US_ASCII);
    String begin = "-----BEGIN X509 CRL-----";
    String spliced =
        newest.substring(0, newest.indexOf(begin))
            + old.substring(old.indexOf(begin))
            + newest.substring(newest.lastIndexOf(begin));
    publish(spliced.getBytes(US_ASCII));
    assertThat(isRevoked("berlin")).as("spliced").isTrue();

    // It is left out.
    String without =
        newest.substring(0, newest.indexOf(begin)) + newest.substring(newest.lastIndexOf(begin));
    publish(without.getBytes(US_ASCII));
    assertThat(isRevoked("berlin")).as("left out").isTrue();

    publish(list());
    assertThat(file()).as("the whole").hasBinaryContent(list());
  }
}
