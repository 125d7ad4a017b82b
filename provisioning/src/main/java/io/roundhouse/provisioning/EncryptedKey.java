package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.roundhouse.domain.Text;
import io.roundhouse.kit.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.crypto.util.ScryptConfig;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;

/**
 * Private keys at rest: PKCS#8, encrypted by PBES2 with AES-256 and a key from PBKDF2
 * (HMAC-SHA-512, 600,000 iterations). OpenSSL and the JDK read them too.
 */
final class EncryptedKey {
  private static final String TYPE = "ENCRYPTED PRIVATE KEY";
  private static final int COST = 1 << 14;
  private static final int BLOCK_SIZE = 8;
  private static final int PASSES = 5;
  private static final int SALT_BYTES = 32;
  private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

  private EncryptedKey() {}

  /** The key as PEM text. */
  static byte[] encrypt(PrivateKey key, Passphrase passphrase) {
    char[] characters = passphrase.characters();
    try {
      ScryptConfig derivation =
          new ScryptConfig.Builder(COST, BLOCK_SIZE, PASSES).withSaltLength(SALT_BYTES).build();
      return Pem.write(
              TYPE,
              new JcaPKCS8EncryptedPrivateKeyInfoBuilder(key)
                  .build(
                      new JcePKCSPBEOutputEncryptorBuilder(
                              derivation, NISTObjectIdentifiers.id_aes256_CBC)
                          .setProvider(PROVIDER)
                          .build(characters))
                  .getEncoded())
          .getBytes(US_ASCII);
    } catch (OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  /**
   * The key in a file.
   *
   * @throws ProvisioningException if there is none, it is damaged, or the passphrase is another
   */
  static PrivateKey read(Path file, Passphrase passphrase) {
    char[] characters = passphrase.characters();
    try {
      List<Pem.Block> blocks = Pem.blocks(Files.readAllBytes(file));
      if (blocks.size() != 1 || !blocks.get(0).type().equals(TYPE)) {
        throw new ProvisioningException(
            Text.quote(file.toString()) + " holds no encrypted key, perhaps it is another file");
      }
      return new JcaPEMKeyConverter()
          .getPrivateKey(
              new PKCS8EncryptedPrivateKeyInfo(blocks.get(0).der())
                  .decryptPrivateKeyInfo(
                      new JcePKCSPBEInputDecryptorProviderBuilder()
                          .setProvider(PROVIDER)
                          .build(characters)));
    } catch (IOException | IllegalArgumentException e) {
      throw new ProvisioningException(
          "the key "
              + Text.quote(file.toString())
              + " cannot be read, perhaps you should bring it back from where it is kept offline",
          e);
    } catch (PKCSException e) {
      throw new ProvisioningException(
          "the passphrase does not open "
              + Text.quote(file.toString())
              + ", perhaps you should try again: it is the one that was set when the authority was"
              + " made",
          e);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }
}
