package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Role;
import io.roundhouse.kit.Address;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A one-time invitation to enrol, as a text that can be copied: {@code rh1.} and base64url with a
 * checksum. Its secret is a MAC of all the rest, so that a gateway knows a genuine one without
 * asking anybody.
 *
 * @param id names it
 * @param identity whom it is for
 * @param servers where to enrol
 * @param root SHA-256 of the root's certificate: the server must show it
 * @param expires when it can no longer be used
 * @param secret what proves that one has it, in hexadecimal digits; never shown
 */
public record EnrolmentToken(
    String id,
    Identity identity,
    List<Address> servers,
    Digest root,
    Instant expires,
    String secret) {
  private static final String PREFIX = "rh1.";
  private static final int LONGEST = 4096;
  private static final int SECRET_BYTES = 16;
  private static final int CHECKSUM_BYTES = 4;
  private static final int DIGEST_BYTES = 32;

  public EnrolmentToken {
    requireNonNull(id, "id is null");
    requireNonNull(identity, "identity is null");
    requireNonNull(root, "root is null");
    requireNonNull(expires, "expires is null");
    requireNonNull(secret, "secret is null");
    servers = List.copyOf(servers);
  }

  /** A new token. */
  static EnrolmentToken issue(
      byte[] sealingKey,
      String id,
      Identity identity,
      List<Address> servers,
      Digest root,
      Instant expires) {
    EnrolmentToken open = new EnrolmentToken(id, identity, servers, root, expires, "");
    return new EnrolmentToken(id, identity, servers, root, expires, open.mac(sealingKey));
  }

  /**
   * Reads a text.
   *
   * @throws ProvisioningException if it is no token, or was not copied whole
   */
  public static EnrolmentToken parse(String text) {
    String token = text.replaceAll("\\s", "");
    if (!token.startsWith(PREFIX) || token.length() > LONGEST) {
      throw new ProvisioningException(
          "this is no enrolment token, perhaps you should copy the text that begins with "
              + PREFIX);
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token.substring(PREFIX.length()));
      int end = bytes.length - CHECKSUM_BYTES;
      if (end < 0
          || !Arrays.equals(
              Arrays.copyOfRange(bytes, end, bytes.length), checksum(Arrays.copyOf(bytes, end)))) {
        throw new IllegalArgumentException("checksum");
      }
      return read(new DataInputStream(new ByteArrayInputStream(bytes, 0, end)));
    } catch (IllegalArgumentException | IOException e) {
      throw new ProvisioningException(
          "the enrolment token is damaged, perhaps you should copy it again, from its first to its"
              + " last character",
          e);
    }
  }

  /** The text to be copied. */
  public String text() {
    byte[] body = body();
    byte[] secretBytes = HexFormat.of().parseHex(secret);
    byte[] bytes = Arrays.copyOf(body, body.length + SECRET_BYTES + CHECKSUM_BYTES);
    System.arraycopy(secretBytes, 0, bytes, body.length, SECRET_BYTES);
    int end = bytes.length - CHECKSUM_BYTES;
    System.arraycopy(checksum(Arrays.copyOf(bytes, end)), 0, bytes, end, CHECKSUM_BYTES);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Whether the federation whose sealing key it is made it; takes the same time if not. */
  boolean isGenuine(byte[] sealingKey) {
    return MessageDigest.isEqual(mac(sealingKey).getBytes(US_ASCII), secret.getBytes(US_ASCII));
  }

  /** What the authority keeps of it, and what may be seen by others: SHA-256 of the secret. */
  public Digest proof() {
    return Digest.of(sha256(secret.getBytes(US_ASCII)));
  }

  @Override
  public String toString() {
    return "EnrolmentToken[" + id + ", " + identity + ", expires " + expires + "]";
  }

  private static EnrolmentToken read(DataInputStream in) throws IOException {
    String id = in.readUTF();
    String uri = in.readUTF();
    String organisation = in.readUTF();
    String role = in.readUTF();
    List<Address> servers = new ArrayList<>();
    int count = in.readUnsignedByte();
    for (int i = 0; i < count; i++) {
      servers.add(Address.parse(in.readUTF()));
    }
    Digest root = Digest.of(in.readNBytes(DIGEST_BYTES));
    Instant expires = Instant.ofEpochSecond(in.readLong());
    String secret = HexFormat.of().formatHex(in.readNBytes(SECRET_BYTES));
    if (secret.length() != 2 * SECRET_BYTES || in.read() >= 0) {
      throw new IOException("another length");
    }
    Identity identity =
        Identity.of(
            uri, organisation, role.isEmpty() ? Optional.empty() : Optional.of(Role.of(role)));
    return new EnrolmentToken(id, identity, servers, root, expires, secret);
  }

  private byte[] body() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(id);
      out.writeUTF(identity.uri());
      out.writeUTF(identity.organisation());
      out.writeUTF(identity.role().map(Role::toString).orElse(""));
      out.writeByte(servers.size());
      for (Address server : servers) {
        out.writeUTF(server.toString());
      }
      out.write(HexFormat.of().parseHex(root.hex()));
      out.writeLong(expires.getEpochSecond());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private String mac(byte[] sealingKey) {
    try {
      Mac derived = Mac.getInstance("HmacSHA256");
      derived.init(new SecretKeySpec(sealingKey, "HmacSHA256"));
      byte[] key = derived.doFinal("roundhouse enrolment".getBytes(US_ASCII));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of().formatHex(Arrays.copyOf(mac.doFinal(body()), SECRET_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] checksum(byte[] bytes) {
    return Arrays.copyOf(sha256(bytes), CHECKSUM_BYTES);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
