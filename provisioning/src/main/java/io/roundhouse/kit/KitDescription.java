package io.roundhouse.kit;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Role;
import io.roundhouse.domain.Text;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a kit is, {@code kit.json}.
 *
 * @param apiVersion {@code roundhouse/v1}
 * @param kind {@code ServerKit}, {@code SiteKit} or {@code OperatorKit}
 * @param federation its name
 * @param name of the server, site or operator
 * @param organisation to whom it belongs
 * @param role of an operator
 * @param gateways where the federation's servers can be reached, in the order to try them
 * @param number of the folder of kits that it was made in
 * @param created when it was made
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record KitDescription(
    String apiVersion,
    String kind,
    String federation,
    String name,
    String organisation,
    Optional<Role> role,
    List<Address> gateways,
    int number,
    Instant created) {
  private static final String VERSION = "roundhouse/v1";
  private static final Map<Identity.Kind, String> KINDS =
      Map.of(
          Identity.Kind.SERVER, "ServerKit",
          Identity.Kind.SITE, "SiteKit",
          Identity.Kind.OPERATOR, "OperatorKit");

  public KitDescription {
    requireNonNull(apiVersion, "apiVersion is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(federation, "federation is null");
    requireNonNull(name, "name is null");
    requireNonNull(organisation, "organisation is null");
    requireNonNull(role, "role is null");
    requireNonNull(created, "created is null");
    gateways = List.copyOf(gateways);
    if (!apiVersion.equals(VERSION)) {
      throw new IllegalArgumentException(
          "of version "
              + Text.quote(apiVersion)
              + ", perhaps you should use the release of Roundhouse that made it");
    }
  }

  /** The description of a member's kit. */
  public static KitDescription of(
      Identity identity, List<Address> gateways, int number, Instant created) {
    return new KitDescription(
        VERSION,
        KINDS.getOrDefault(identity.kind(), ""),
        identity.federation(),
        identity.name(),
        identity.organisation(),
        identity.role(),
        gateways,
        number,
        created);
  }

  /** Whose kit it says it is. */
  public boolean isFor(Identity identity) {
    return kind.equals(KINDS.get(identity.kind()))
        && federation.equals(identity.federation())
        && name.equals(identity.name())
        && organisation.equals(identity.organisation())
        && role.equals(identity.role());
  }
}
