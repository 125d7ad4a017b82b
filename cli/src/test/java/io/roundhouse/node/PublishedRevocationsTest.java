package io.roundhouse.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.federation.RevocationReason;
import io.roundhouse.provisioning.Passphrase;
import io.roundhouse.provisioning.Provisioner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever can write to the store can neither revoke anybody nor bring anybody back. */
class PublishedRevocationsTest {
  private static final String PATH = "_federation/demo/crl.pem";

  private final SmallFederation federation;

  PublishedRevocationsTest(@TempDir Path folder) {
    federation = new SmallFederation(folder);
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  private Path file() {
    return federation.kit("central").local().resolve("crl.pem");
  }

  private byte[] list() throws IOException {
    return Files.readAllBytes(federation.authority.workspace().revocations());
  }

  /** What happens at a server when that is in the store. */
  private void publish(byte[] text) {
    federation.store.replace(PATH, text, "application/x-pem-file");
    new RepeatedDuty(
            "take it", new PublishedRevocations(federation.kit("central"), federation.store))
        .run();
  }

  private boolean isRevoked(String member) {
    return federation
        .kit("central")
        .revocations()
        .get()
        .since(federation.kit(member).chain())
        .isPresent();
  }

  @Test
  void aNewerListIsTaken() throws IOException {
    new PublishedRevocations(federation.kit("central"), federation.store).run();
    assertThat(file()).as("nothing is there").doesNotExist();
    federation.authority.revoke("berlin", "ann", RevocationReason.KEY_COMPROMISE);

    publish(list());

    assertThat(file()).hasBinaryContent(list());
    assertThat(isRevoked("berlin")).isTrue();
    assertThat(isRevoked("lab")).isFalse();
  }

  @Test
  void anOlderListIsNotTaken() throws IOException {
    byte[] before = list();
    federation.authority.revoke("berlin", "ann", RevocationReason.KEY_COMPROMISE);
    publish(list());

    publish(before);

    assertThat(file()).hasBinaryContent(list());
  }

  @Test
  void anotherAuthoritysListIsNotTaken() throws IOException {
    try (Provisioner another = federation.provision("another")) {
      for (int i = 0; i < 5; i++) {
        another.refreshRevocations();
      }
      publish(Files.readAllBytes(another.workspace().revocations()));
    }
    assertThat(file()).doesNotExist();
  }

  @Test
  void whatIsNoListIsNotTaken() throws IOException {
    federation.authority.revoke("berlin", "ann", RevocationReason.KEY_COMPROMISE);
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
    Provisioner authority = federation.authority;
    byte[] first = list();
    Passphrase passphrase = Passphrase.of(SmallFederation.PASSPHRASE.toCharArray());
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
