package io.roundhouse.provisioning;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Iterator;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedData;
import org.bouncycastle.cms.CMSAuthEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OutputAEADEncryptor;

/**
 * A zip file for one member's eyes: CMS authenticated-enveloped data (RFC 5083) with AES-256-GCM
 * and a key agreed by ECDH with the member's certificate. {@code openssl cms -decrypt -inform DER}
 * opens it too.
 */
final class SealedKit {
  private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

  private SealedKit() {}

  /** Seals a zip file for the owner of a certificate. */
  static byte[] seal(byte[] zip, X509Certificate recipient) {
    KeyPair once = Keys.generate();
    try {
      CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
      generator.addRecipientInfoGenerator(
          new JceKeyAgreeRecipientInfoGenerator(
                  CMSAlgorithm.ECDH_SHA256KDF,
                  once.getPrivate(),
                  once.getPublic(),
                  CMSAlgorithm.AES256_WRAP)
              .addRecipient(recipient)
              .setProvider(PROVIDER));
      return generator
          .generate(
              new CMSProcessableByteArray(zip),
              (OutputAEADEncryptor)
                  new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_GCM)
                      .setProvider(PROVIDER)
                      .build())
          .getEncoded();
    } catch (CMSException | GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Opens what was sealed.
   *
   * @throws ProvisioningException if it is damaged, or was sealed for another key
   */
  static byte[] open(byte[] sealed, PrivateKey key) {
    try {
      Iterator<RecipientInformation> recipients =
          new CMSAuthEnvelopedData(sealed).getRecipientInfos().iterator();
      if (recipients.hasNext()) {
        return recipients
            .next()
            .getContent(new JceKeyAgreeEnvelopedRecipient(key).setProvider(PROVIDER));
      }
      throw new CMSException("nobody's");
    } catch (CMSException | RuntimeException e) {
      throw new ProvisioningException(
          "the sealed kit is damaged, or was made for another key, perhaps you should copy it again"
              + " and name the folder in which the request was made",
          e);
    }
  }
}
