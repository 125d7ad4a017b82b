package io.roundhouse.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.domain.SiteName;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals Temporal's task tokens, which anybody could forge, by AES-256-GCM (NIST SP 800-38D). The
 * site is part of what is authenticated: a token opens for the site that it was sealed for only.
 *
 * <pre>version 1 | key 4 | nonce 12 | ciphertext and tag</pre>
 */
final class TaskTokens {
  private static final byte VERSION = 1;
  private static final int KEY_ID = 4;
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final int HEAD = 1 + KEY_ID + NONCE;
  private static final int LONGEST = 16 << 10;

  private final List<Key> keys = new ArrayList<>();
  private final SecureRandom random = new SecureRandom();

  private record Key(int id, SecretKeySpec key) {}

  TaskTokens(SealingKeys sealing) {
    for (byte[] key : sealing.all()) {
      keys.add(new Key(id(key), new SecretKeySpec(key, "AES")));
    }
  }

  byte[] seal(SiteName site, TaskClaim claim) {
    Key key = keys.get(0);
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    ByteBuffer head = ByteBuffer.allocate(HEAD).put(VERSION).putInt(key.id).put(nonce);
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, key, head.array(), site, claim.encode());
    return ByteBuffer.allocate(HEAD + sealed.length).put(head.array()).put(sealed).array();
  }

  /**
   * Opens a token.
   *
   * @throws Refusal if it was not sealed by a gateway of this federation for this site
   */
  TaskClaim open(SiteName site, byte[] token) {
    if (token.length < HEAD + TAG || token.length > LONGEST || token[0] != VERSION) {
      throw notOurs();
    }
    byte[] head = Arrays.copyOf(token, HEAD);
    int id = ByteBuffer.wrap(head, 1, KEY_ID).getInt();
    for (Key key : keys) {
      if (key.id == id) {
        byte[] body = Arrays.copyOfRange(token, HEAD, token.length);
        return TaskClaim.decode(crypt(Cipher.DECRYPT_MODE, key, head, site, body));
      }
    }
    throw notOurs();
  }

  private static byte[] crypt(int mode, Key key, byte[] head, SiteName site, byte[] body) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      GCMParameterSpec nonce = new GCMParameterSpec(TAG * 8, head, 1 + KEY_ID, NONCE);
      cipher.init(mode, key.key, nonce);
      cipher.updateAAD(head);
      cipher.updateAAD(("site " + site).getBytes(UTF_8));
      return cipher.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw notOurs();
    }
  }

  private static Refusal notOurs() {
    return Refusal.forbidden(
        "the task token was not given to this site, perhaps you should report with the token that"
            + " came with the task");
  }

  private static int id(byte[] key) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(key)).getInt();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
