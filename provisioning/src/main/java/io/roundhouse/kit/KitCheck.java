package io.roundhouse.kit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Identity;
import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One look at a kit, which finds everything that is wrong with it. */
final class KitCheck {
  private static final String CHANGED =
      "has been changed since the kit was signed, perhaps you should unpack the kit again, or ask"
          + " your project admin for a new one";
  private static final String ADDED =
      "is not part of the kit, perhaps you should delete it or move it to local/";
  private static final String MISSING = "is missing, perhaps you should unpack the kit again";

  private final KitContent content;
  private final List<String> problems = new ArrayList<>();

  KitCheck(Path folder) throws IOException {
    content = KitContent.of(folder);
  }

  /** The kit, if nothing is wrong with it; else {@link #problems()} says what. */
  Optional<Kit> kit(Instant now) throws IOException {
    content
        .links()
        .forEach(link -> problem(link, "is a link, perhaps you should put the file itself there"));
    Optional<CertificateChain> chain = chain();
    Optional<SignedFiles> signed = signed(chain);
    signed.ifPresent(this::compare);
    Optional<KitDescription> description =
        read(KitFiles.DESCRIPTION, bytes -> Json.read(bytes, KitDescription.class));
    if (chain.isEmpty() || signed.isEmpty() || description.isEmpty()) {
      return Optional.empty();
    }
    Optional<Identity> identity = identity(chain.get(), description.get(), signed.get());
    chain.get().problemsAt(now).forEach(problem -> problem(KitFiles.CHAIN, problem));
    checkTrustedRoot(chain.get());
    Optional<PrivateKey> key = key(chain.get().member().getPublicKey());
    return problems.isEmpty() && identity.isPresent() && key.isPresent()
        ? Optional.of(
            new Kit(content.folder(), description.get(), identity.get(), chain.get(), key.get()))
        : Optional.empty();
  }

  List<String> problems() {
    return problems;
  }

  private Optional<CertificateChain> chain() {
    Optional<CertificateChain> chain =
        read(KitFiles.ROOT, Pem::certificates)
            .flatMap(
                roots ->
                    read(
                        KitFiles.CHAIN,
                        bytes -> new CertificateChain(roots.get(0), Pem.certificates(bytes))));
    chain
        .flatMap(CertificateChain::flaw)
        .ifPresent(
            flaw ->
                problem(
                    KitFiles.CHAIN,
                    "does not lead to the root of this federation ("
                        + flaw
                        + "), perhaps you should unpack the kit again"));
    return chain;
  }

  private Optional<SignedFiles> signed(Optional<CertificateChain> chain) {
    Optional<byte[]> signature = read(KitFiles.SIGNATURE, KitCheck::base64Line);
    Optional<SignedFiles> signed =
        read(KitFiles.SIGNED, bytes -> Json.read(bytes, SignedFiles.class));
    if (chain.isPresent() && signature.isPresent() && signed.isPresent()) {
      byte[] text = content.files().get(KitFiles.SIGNED);
      if (!isSignedBy(chain.get().issuer().getPublicKey(), text, signature.get())) {
        problem(
            KitFiles.SIGNED,
            "and "
                + KitFiles.SIGNATURE
                + " do not fit each other and "
                + KitFiles.CHAIN
                + ": one of them "
                + CHANGED);
      }
    }
    return signed;
  }

  private void compare(SignedFiles signed) {
    SortedMap<String, Digest> expected = new TreeMap<>(signed.files());
    for (Map.Entry<String, Digest> file : content.digests().entrySet()) {
      if (KitFiles.isSigned(file.getKey())) {
        Digest digest = expected.remove(file.getKey());
        if (digest == null) {
          problem(file.getKey(), ADDED);
        } else if (!digest.equals(file.getValue())) {
          problem(file.getKey(), CHANGED);
        }
      }
    }
    expected.keySet().forEach(file -> problem(file, MISSING));
  }

  private Optional<Identity> identity(
      CertificateChain chain, KitDescription description, SignedFiles signed) {
    try {
      Identity identity = CertificateIdentity.of(chain.member(), description.federation());
      if (!description.isFor(identity)) {
        problem(
            KitFiles.CHAIN,
            "is the certificate of "
                + identity
                + ", which is not the one that "
                + KitFiles.DESCRIPTION
                + " describes, perhaps you should unpack the kit again");
      }
      if (!signed.federation().equals(identity.federation())
          || !signed.name().equals(identity.name())
          || signed.number() != description.number()) {
        problem(KitFiles.SIGNED, "belongs to another kit, perhaps you should unpack the kit again");
      }
      return Optional.of(identity);
    } catch (KitException e) {
      e.problems().forEach(problem -> problem(KitFiles.CHAIN, problem));
      return Optional.empty();
    }
  }

  /** The owner may have noted the root's fingerprint, learnt in another way than with the kit. */
  private void checkTrustedRoot(CertificateChain chain) throws IOException {
    Path noted = content.folder().resolve(KitFiles.TRUSTED_ROOT);
    if (Files.exists(noted)
        && !Files.readString(noted)
            .strip()
            .equals(CertificateChain.fingerprint(chain.root()).hex())) {
      problem(
          KitFiles.ROOT,
          "is not the root whose fingerprint is in "
              + KitFiles.TRUSTED_ROOT
              + ": this kit is of another federation, perhaps you should ask your project admin"
              + " which fingerprint is right");
    }
  }

  private Optional<PrivateKey> key(PublicKey publicKey) throws IOException {
    Path file = content.folder().resolve(KitFiles.KEY);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      problem(
          KitFiles.KEY,
          "is missing, perhaps you should put the key there that the certificate was asked for"
              + " with, or use `roundhouse enroll --install`");
      return Optional.empty();
    }
    if (!PrivateFiles.isPrivate(file)) {
      problem(KitFiles.KEY, "can be read by others, perhaps you should run: chmod 600 " + file);
    }
    Optional<PrivateKey> key = parsed(KitFiles.KEY, Files.readAllBytes(file), Pem::privateKey);
    if (key.isPresent() && !fit(key.get(), publicKey)) {
      problem(
          KitFiles.KEY,
          "is not the key of the certificate in "
              + KitFiles.CHAIN
              + ", perhaps you should put the right one there or ask for a new kit");
    }
    return key;
  }

  private <T> Optional<T> read(String file, Function<byte[], T> reader) {
    byte[] bytes = content.files().get(file);
    if (bytes == null) {
      problem(file, MISSING);
      return Optional.empty();
    }
    return parsed(file, bytes, reader);
  }

  private <T> Optional<T> parsed(String file, byte[] bytes, Function<byte[], T> reader) {
    try {
      return Optional.of(reader.apply(bytes));
    } catch (IllegalArgumentException | CorruptArtifactException e) {
      problem(file, e.getMessage() + ", perhaps you should unpack the kit again");
      return Optional.empty();
    }
  }

  private void problem(String file, @Nullable String problem) {
    String line = file + ": " + problem;
    if (!problems.contains(line)) {
      problems.add(line);
    }
  }

  private static byte[] base64Line(byte[] text) {
    String line = new String(text, US_ASCII);
    byte[] bytes = Base64.getDecoder().decode(line.strip());
    if (!line.equals(Base64.getEncoder().encodeToString(bytes) + "\n")) {
      throw new IllegalArgumentException("is not one line of base64");
    }
    return bytes;
  }

  private static boolean isSignedBy(PublicKey signer, byte @Nullable [] text, byte[] signature) {
    try {
      Signature check = Signature.getInstance("SHA256withECDSA");
      check.initVerify(signer);
      check.update(text == null ? new byte[0] : text);
      return check.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean fit(PrivateKey key, PublicKey publicKey) {
    byte[] challenge = new byte[32];
    new SecureRandom().nextBytes(challenge);
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(challenge);
      return isSignedBy(publicKey, challenge, signature.sign());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
