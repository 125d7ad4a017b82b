package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;
import io.roundhouse.kit.Address;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whom a kit is for, whether the member is new or known.
 *
 * @param identity who
 * @param addresses that the certificate names; servers only
 * @param validity of the certificate
 * @param settings of a server
 * @param studies that the member takes part in
 * @param ownKey whether the member makes its key itself
 */
record KitOrder(
    Identity identity,
    List<Address> addresses,
    Duration validity,
    Optional<ServerSettings> settings,
    List<String> studies,
    boolean ownKey) {
  KitOrder {
    requireNonNull(identity, "identity is null");
    requireNonNull(validity, "validity is null");
    requireNonNull(settings, "settings is null");
    addresses = List.copyOf(addresses);
    studies = List.copyOf(studies);
  }

  /** For a member of {@code federation.yml}. */
  static KitOrder of(MemberSpec member, FederationSpec spec) {
    boolean ownKey =
        (member instanceof MemberSpec.Site site && site.ownKey())
            || (member instanceof MemberSpec.Operator operator && operator.ownKey());
    return new KitOrder(
        member.identity(spec.name()),
        member.addresses(),
        member.validity().orElse(spec.validity().members()),
        settings(member),
        spec.studiesOf(member.name()),
        ownKey);
  }

  /** For a member of the register, whose server settings are those of {@code federation.yml}. */
  static KitOrder of(RegisterEntry entry, FederationSpec spec) {
    return new KitOrder(
        entry.member().identity(),
        entry.addresses(),
        Duration.ofSeconds(entry.seconds()),
        spec.member(entry.name()).flatMap(KitOrder::settings),
        entry.member().studies(),
        entry.ownKey());
  }

  String name() {
    return identity.name();
  }

  private static Optional<ServerSettings> settings(MemberSpec member) {
    return member instanceof MemberSpec.Server server
        ? Optional.of(server.settings())
        : Optional.empty();
  }
}
