package io.roundhouse.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Update;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * A site's key with its certificate, made by the JDK's keytool.
 *
 * @param key EC, P-256
 * @param certificate signed by itself: who is to be trusted is not at stake here
 */
record SiteKey(PrivateKey key, X509Certificate certificate) {
  private static final char[] PASSWORD = "only-for-tests".toCharArray();

  static SiteKey make(Path folder, String site) {
    try {
      Path file = Files.createTempDirectory(folder, site).resolve("key.p12");
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  site,
                  "-keyalg",
                  "EC",
                  "-groupname",
                  "secp256r1",
                  "-dname",
                  "CN=" + site,
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  file.toString(),
                  "-storepass",
                  new String(PASSWORD))
              .inheritIO()
              .start();
      assertThat(keytool.waitFor()).as("keytool's exit code").isZero();
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream bytes = Files.newInputStream(file)) {
        store.load(bytes, PASSWORD);
      }
      return new SiteKey(
          (PrivateKey) store.getKey(site, PASSWORD), (X509Certificate) store.getCertificate(site));
    } catch (IOException | GeneralSecurityException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The update as the site sends it. */
  Update sign(JobId job, int round, int take, Update update) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(update.statement(job, round, take).getBytes(US_ASCII));
      return update.signed(Base64.getEncoder().encodeToString(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
