package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Who somebody is in a federation, as the certificate says.
 *
 * @param federation its name, an RFC 1123 label
 * @param kind what the certificate is for
 * @param name unique among those of its kind, an RFC 1123 label
 * @param organisation to whom it belongs, an RFC 1123 label
 * @param role of an operator; empty for sites and servers
 */
public record Identity(
    String federation, Kind kind, String name, String organisation, Optional<Role> role) {
  private static final Pattern URI =
      Pattern.compile("spiffe://([^/]+)/(server|site|operator)/([^/]+)");

  /** What a certificate is for. */
  public enum Kind {
    /** Aggregates, and runs the gateway. */
    SERVER,
    /** Trains. */
    SITE,
    /** A person or program that runs jobs. */
    OPERATOR;

    /** Reads {@code site} and the like. */
    @JsonCreator
    public static Kind of(String name) {
      return Stream.of(values())
          .filter(kind -> kind.toString().equals(name))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no kind: " + Text.quote(name)));
    }

    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @throws IllegalArgumentException if a part is no label, or a role is missing or out of place
   */
  public Identity {
    requireNonNull(kind, "kind is null");
    requireNonNull(role, "role is null");
    for (String label : new String[] {federation, name, organisation}) {
      if (!JobId.isLabel(label)) {
        throw new IllegalArgumentException(
            "not a name: "
                + Text.quote(label)
                + ", perhaps you should use lower-case letters, digits and inner dashes only");
      }
    }
    if ((kind == Kind.OPERATOR) != role.isPresent()) {
      throw new IllegalArgumentException("operators have a role, and nobody else has");
    }
  }

  /**
   * The identity that a SPIFFE id names.
   *
   * @param uri {@code spiffe://<federation>/<kind>/<name>}
   * @throws IllegalArgumentException if it has another form
   */
  public static Identity of(String uri, String organisation, Optional<Role> role) {
    Matcher parts = URI.matcher(uri);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not an identity of a federation: " + Text.quote(uri));
    }
    return new Identity(
        parts.group(1), Kind.of(parts.group(2)), parts.group(3), organisation, role);
  }

  /** The SPIFFE id: {@code spiffe://<federation>/<kind>/<name>}. */
  public String uri() {
    return "spiffe://" + federation + "/" + kind + "/" + name;
  }

  @Override
  public String toString() {
    return uri();
  }
}
