package io.roundhouse.federation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.roundhouse.domain.Text;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Why a certificate is revoked before it ends (RFC 5280, 5.3.1). */
public enum RevocationReason {
  /** No reason is given. */
  UNSPECIFIED(0),
  /** Somebody else has, or may have, the private key. */
  KEY_COMPROMISE(1),
  /** The member belongs to another organisation now. */
  AFFILIATION_CHANGED(3),
  /** Another certificate has taken its place. */
  SUPERSEDED(4),
  /** The member has left the federation. */
  CESSATION(5),
  /** The member may no longer do what the certificate allows. */
  PRIVILEGE_WITHDRAWN(9);

  private final int code;

  RevocationReason(int code) {
    this.code = code;
  }

  /** The number in an X.509 CRL. */
  public int code() {
    return code;
  }

  /** How all of them are written. */
  public static List<String> names() {
    return Stream.of(values()).map(RevocationReason::toString).toList();
  }

  /**
   * Reads {@code key_compromise} and the like.
   *
   * @throws IllegalArgumentException if there is no such reason
   */
  @JsonCreator
  public static RevocationReason of(String name) {
    return Stream.of(values())
        .filter(reason -> reason.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no reason "
                        + Text.quote(name)
                        + ", perhaps you should write "
                        + Text.choices(names())));
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
