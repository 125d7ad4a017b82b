package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Identity;
import io.roundhouse.kit.KitFiles;
import io.roundhouse.kit.SignedFiles;
import io.roundhouse.storage.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.SortedMap;
import java.util.TreeMap;

/** Signs every file that the member may not change. */
public final class SignatureStep implements KitStep {
  @Override
  public Phase phase() {
    return Phase.SIGNATURE;
  }

  @Override
  public void apply(KitPlan plan, KitDraft draft) {
    SortedMap<String, Digest> files = new TreeMap<>();
    for (String name : draft.names()) {
      if (KitFiles.isSigned(name)) {
        files.put(name, sha256(draft.content(name)));
      }
    }
    Identity identity = plan.identity();
    byte[] text =
        Json.write(
            new SignedFiles(
                identity.federation(), identity.name(), plan.description().number(), files));
    draft.file(KitFiles.SIGNED, new String(text, UTF_8));
    draft.file(
        KitFiles.SIGNATURE, Base64.getEncoder().encodeToString(plan.signer().apply(text)) + "\n");
    draft.seal();
  }

  private static Digest sha256(byte[] content) {
    try {
      return Digest.of(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
