package io.roundhouse.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.SiteName;
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
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteCertificatesTest {
  private static final SiteName BERLIN = new SiteName("berlin");
  private static final SiteName LAB = new SiteName("lab");

  private final Path folder;
  private final EmbeddedStore objects;
  private final ArtifactStore store;
  private Optional<Provisioner> provisioner = Optional.empty();

  SiteCertificatesTest(@TempDir Path folder) {
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

  private Kit kit(String workspace, String member) {
    return Kit.open(folder.resolve(workspace).resolve("demo/kits-0001").resolve(member));
  }

  /** What a server knows that has just been started. */
  private SiteCertificates certificates(String workspace) {
    return new SiteCertificates(kit(workspace, "central"), store);
  }

  private List<X509Certificate> berlin(String workspace) {
    return kit(workspace, "berlin").chain();
  }

  @Test
  void areKnownToOtherServersAndAfterARestart() {
    SiteCertificates shown = certificates("workspace");
    assertThat(shown.apply(BERLIN)).isEmpty();

    shown.note(Map.of(BERLIN, berlin("workspace")));

    assertThat(shown.apply(BERLIN)).contains(berlin("workspace").get(0));
    assertThat(certificates("workspace").apply(BERLIN)).contains(berlin("workspace").get(0));
  }

  @Test
  void ofAnotherAuthorityAreNotBelievedThoughTheyAreInTheStore() {
    provision("another").close();
    certificates("another").note(Map.of(BERLIN, berlin("another")));

    assertThat(certificates("another").apply(BERLIN)).isPresent();
    assertThat(certificates("workspace").apply(BERLIN)).isEmpty();
  }

  @Test
  void ofAnotherSiteAreNotBelieved() {
    SiteCertificates certificates = certificates("workspace");
    certificates.note(Map.of(LAB, berlin("workspace")));

    assertThat(certificates.apply(LAB)).isEmpty();
    assertThat(certificates("workspace").apply(LAB)).isEmpty();
  }

  @Test
  void thatAreRevokedAreNotBelievedOnceTheListIsThere() throws IOException {
    SiteCertificates certificates = certificates("workspace");
    certificates.note(Map.of(BERLIN, berlin("workspace")));
    assertThat(certificates.apply(BERLIN)).isPresent();

    Provisioner authority = provisioner.orElseThrow();
    authority.revoke("berlin", "ann", RevocationReason.KEY_COMPROMISE);
    Files.copy(
        authority.workspace().revocations(),
        kit("workspace", "central").local().resolve("crl.pem"));
    certificates.note(Map.of());

    assertThat(certificates.apply(BERLIN)).isEmpty();
  }
}
