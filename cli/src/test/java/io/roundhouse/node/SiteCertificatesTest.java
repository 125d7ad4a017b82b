package io.roundhouse.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.SiteName;
import io.roundhouse.federation.RevocationReason;
import io.roundhouse.provisioning.Provisioner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteCertificatesTest {
  private static final SiteName BERLIN = new SiteName("berlin");
  private static final SiteName LAB = new SiteName("lab");

  private final SmallFederation federation;

  SiteCertificatesTest(@TempDir Path folder) {
    federation = new SmallFederation(folder);
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  /** What a server knows that has just been started. */
  private SiteCertificates certificates(String workspace) {
    return new SiteCertificates(federation.kit(workspace, "central"), federation.store);
  }

  private List<X509Certificate> berlin(String workspace) {
    return federation.kit(workspace, "berlin").chain();
  }

  @Test
  void areKnownToOtherServersAndAfterARestart() {
    SiteCertificates shown = certificates(SmallFederation.FIRST);
    assertThat(shown.apply(BERLIN)).isEmpty();

    shown.note(Map.of(BERLIN, berlin(SmallFederation.FIRST)));

    assertThat(shown.apply(BERLIN)).contains(berlin(SmallFederation.FIRST).get(0));
    assertThat(certificates(SmallFederation.FIRST).apply(BERLIN))
        .contains(berlin(SmallFederation.FIRST).get(0));
  }

  @Test
  void ofAnotherAuthorityAreNotBelievedThoughTheyAreInTheStore() {
    federation.provision("another").close();
    certificates("another").note(Map.of(BERLIN, berlin("another")));

    assertThat(certificates("another").apply(BERLIN)).isPresent();
    assertThat(certificates(SmallFederation.FIRST).apply(BERLIN)).isEmpty();
  }

  @Test
  void ofAnotherSiteAreNotBelieved() {
    SiteCertificates certificates = certificates(SmallFederation.FIRST);
    certificates.note(Map.of(LAB, berlin(SmallFederation.FIRST)));

    assertThat(certificates.apply(LAB)).isEmpty();
    assertThat(certificates(SmallFederation.FIRST).apply(LAB)).isEmpty();
  }

  @Test
  void thatAreRevokedAreNotBelievedOnceTheListIsThere() throws IOException {
    SiteCertificates certificates = certificates(SmallFederation.FIRST);
    certificates.note(Map.of(BERLIN, berlin(SmallFederation.FIRST)));
    assertThat(certificates.apply(BERLIN)).isPresent();

    Provisioner authority = federation.authority;
    authority.revoke("berlin", "ann", RevocationReason.KEY_COMPROMISE);
    Files.copy(
        authority.workspace().revocations(), federation.kit("central").local().resolve("crl.pem"));
    certificates.note(Map.of());

    assertThat(certificates.apply(BERLIN)).isEmpty();
  }
}
