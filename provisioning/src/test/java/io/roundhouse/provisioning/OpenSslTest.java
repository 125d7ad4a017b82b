package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.roundhouse.federation.RevocationReason;
import io.roundhouse.kit.KitFiles;
import io.roundhouse.kit.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another program says of certificates, lists, keys and sealed kits. */
class OpenSslTest {
  private final Path folder;
  private final Provisioner provisioner;
  private final Path kits;

  OpenSslTest(@TempDir Path folder) {
    this.folder = folder;
    // OpenSSL looks at the real time.
    provisioner = Fixture.provisioned(folder, Clock.systemUTC());
    kits = provisioner.workspace().kits(1);
  }

  @BeforeAll
  static void isThere() {
    assumeTrue(run("openssl", "version").startsWith("OpenSSL 3"), "there is no OpenSSL 3");
  }

  @Test
  void verifiesChainsAndPurposes() {
    Path site = kits.resolve("berlin");
    Path server = kits.resolve("central");

    assertThat(verify(site, "-purpose", "sslclient")).endsWith(": OK");
    assertThat(verify(site, "-purpose", "sslserver")).contains("unsuitable certificate purpose");
    assertThat(verify(server, "-purpose", "sslserver", "-verify_ip", "127.0.0.1")).endsWith(": OK");
    assertThat(verify(server, "-purpose", "sslserver", "-verify_ip", "::1")).endsWith(": OK");
    assertThat(verify(server, "-purpose", "sslclient", "-verify_hostname", "fl.example.org"))
        .endsWith(": OK");
    assertThat(verify(server, "-verify_ip", "127.0.0.2")).contains("IP address mismatch");
  }

  @Test
  void verifiesTheListOfRevokedCertificates() throws IOException {
    Path lists = provisioner.workspace().revocations();
    Path authority = folder.resolve("authority.pem");
    Files.writeString(authority, Pem.write(List.of(issuing())));

    provisioner.revoke("berlin", "ada", RevocationReason.KEY_COMPROMISE);

    assertThat(
            run(
                "openssl",
                "crl",
                "-in",
                lists.toString(),
                "-noout",
                "-CAfile",
                authority.toString()))
        .contains("verify OK");
    assertThat(revoked("berlin", lists)).contains("certificate revoked");
    assertThat(revoked("paris", lists)).endsWith(": OK");
  }

  private X509Certificate issuing() {
    return CertificateAuthority.certificate(provisioner.workspace().ca().issuingCertificate(1));
  }

  private String revoked(String name, Path lists) {
    return verify(kits.resolve(name), "-crl_check", "-CRLfile", lists.toString());
  }

  @Test
  void readsTheEncryptedKeys() throws IOException {
    Path passphrase = Files.writeString(folder.resolve("passphrase"), Fixture.PASSPHRASE);
    String key = provisioner.workspace().ca().issuingKey(1).toString();

    assertThat(
            run("openssl", "pkey", "-in", key, "-passin", "file:" + passphrase, "-noout", "-check"))
        .contains("Key is valid");
    assertThat(run("openssl", "asn1parse", "-in", key)).contains("PBES2", "scrypt", "aes-256-cbc");
    assertThat(run("openssl", "pkey", "-in", key, "-passin", "pass:wrong", "-noout"))
        .contains("Could not read key");
  }

  @Test
  void verifiesTheSignatureOfAKit() throws IOException {
    Path kit = kits.resolve("berlin");
    Path publicKey = folder.resolve("issuer.pub");
    Files.writeString(publicKey, Pem.write("PUBLIC KEY", issuing().getPublicKey().getEncoded()));
    Path signature =
        Files.write(
            folder.resolve("signature"),
            Base64.getDecoder()
                .decode(Files.readString(kit.resolve(KitFiles.SIGNATURE), UTF_8).strip()));

    assertThat(
            run(
                "openssl",
                "dgst",
                "-sha256",
                "-verify",
                publicKey.toString(),
                "-signature",
                signature.toString(),
                kit.resolve(KitFiles.SIGNED).toString()))
        .isEqualTo("Verified OK");
  }

  @Test
  void makesRequestsThatAreAcceptedAndOpensSealedKits() throws IOException {
    Path key = folder.resolve("key.pem");
    Path request = folder.resolve("request.pem");
    run(
        "openssl",
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        key.toString(),
        "-out",
        request.toString(),
        "-subj",
        "/CN=berlin");

    Path sealed = provisioner.sign(Files.readString(request)).rows().get(0).kit().orElseThrow();
    Path zip = folder.resolve("berlin.zip");
    String output =
        run(
            "openssl",
            "cms",
            "-decrypt",
            "-inform",
            "DER",
            "-in",
            sealed.toString(),
            "-inkey",
            key.toString(),
            "-out",
            zip.toString());

    assertThat(output).isEmpty();
    assertThat(KitArchive.read(zip, "")).containsKeys("kit.json", "start.sh");
  }

  @Test
  void verifiesRequests() throws IOException {
    KeyPair keys = Keys.generate();
    Path request =
        Files.writeString(
            folder.resolve("request.pem"),
            CertificateRequest.write(keys, "berlin", Optional.of("spiffe://demo/site/berlin")));

    assertThat(run("openssl", "req", "-in", request.toString(), "-verify", "-noout", "-text"))
        .contains("self-signature verify OK", "URI:spiffe://demo/site/berlin", "CN = berlin");
  }

  private static String verify(Path kit, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "openssl",
                "verify",
                "-x509_strict",
                "-CAfile",
                kit.resolve(KitFiles.ROOT).toString(),
                "-untrusted",
                kit.resolve(KitFiles.CHAIN).toString()));
    command.addAll(List.of(options));
    command.add(kit.resolve(KitFiles.CHAIN).toString());
    return run(command.toArray(String[]::new));
  }

  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return output;
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
