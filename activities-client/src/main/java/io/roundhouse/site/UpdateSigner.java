package io.roundhouse.site;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Update;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;

/** Signs updates with a site's key. Safe for use by many threads. */
public final class UpdateSigner {
  private final PrivateKey key;

  /**
   * @param key the site's EC key
   * @throws IllegalArgumentException if it is of another kind
   */
  public UpdateSigner(PrivateKey key) {
    this.key = requireNonNull(key, "key is null");
    if (!key.getAlgorithm().equals("EC")) {
      throw new IllegalArgumentException(
          "the site's key is "
              + key.getAlgorithm()
              + ", not EC, perhaps you should enrol the site again");
    }
  }

  /** The update with the signature of its statement. */
  Update sign(JobId job, int round, int take, Update update) {
    try {
      Signature signature = Signature.getInstance(Update.SIGNATURE_ALGORITHM);
      signature.initSign(key);
      signature.update(update.statement(job, round, take).getBytes(US_ASCII));
      return update.signed(Base64.getEncoder().encodeToString(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the site's key cannot sign", e);
    }
  }
}
