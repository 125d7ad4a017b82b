package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.federation.Member;
import io.roundhouse.federation.MemberCertificate;
import io.roundhouse.federation.Revocation;
import io.roundhouse.kit.Address;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A member as the authority's register knows it.
 *
 * @param member who, with all certificates that have not ended
 * @param addresses that its certificate names; servers only
 * @param seconds how long its certificates last
 * @param ownKey whether it made its key itself
 * @param change number of the last change
 * @param requests serial of the certificate that answered a request, by the request's id
 */
record RegisterEntry(
    Member member,
    List<Address> addresses,
    long seconds,
    boolean ownKey,
    int change,
    Map<String, String> requests) {
  RegisterEntry {
    requireNonNull(member, "member is null");
    addresses = List.copyOf(addresses);
    requests = Map.copyOf(requests);
  }

  /** A member that has no certificate yet. */
  static RegisterEntry of(KitOrder order, int change) {
    return new RegisterEntry(
        new Member(order.identity(), order.studies(), List.of()),
        order.addresses(),
        order.validity().toSeconds(),
        order.ownKey(),
        change,
        Map.of());
  }

  /** Why the member is out, if all its certificates are revoked. */
  Optional<Revocation> revocation() {
    return member.revocation();
  }

  /** The certificate that answered a request. */
  Optional<MemberCertificate> answer(String request) {
    return member.certificates().stream()
        .filter(certificate -> certificate.serial().equals(requests.get(request)))
        .findFirst();
  }

  String name() {
    return member.identity().name();
  }

  RegisterEntry issued(MemberCertificate certificate, String request, int newChange) {
    Map<String, String> answered = new TreeMap<>(requests);
    answered.put(request, certificate.serial());
    return new RegisterEntry(
        member.with(certificate), addresses, seconds, ownKey, newChange, answered);
  }

  /** With what {@code federation.yml} says now and no certificate does. */
  RegisterEntry updated(KitOrder order, int newChange) {
    return new RegisterEntry(
        new Member(member.identity(), order.studies(), member.certificates()),
        addresses,
        order.validity().toSeconds(),
        ownKey,
        newChange,
        requests);
  }

  boolean isAsIn(KitOrder order) {
    return member.studies().equals(order.studies()) && seconds == order.validity().toSeconds();
  }

  /** With one certificate revoked. */
  RegisterEntry revoked(String serial, Revocation revocation, int newChange) {
    return new RegisterEntry(
        new Member(
            member.identity(),
            member.studies(),
            member.certificates().stream()
                .map(
                    certificate ->
                        certificate.serial().equals(serial)
                            ? certificate.revoked(revocation)
                            : certificate)
                .toList()),
        addresses,
        seconds,
        ownKey,
        newChange,
        requests);
  }

  /** With all its certificates revoked. */
  RegisterEntry revoked(Revocation revocation, int newChange) {
    return new RegisterEntry(
        member.revoked(revocation), addresses, seconds, ownKey, newChange, requests);
  }
}
