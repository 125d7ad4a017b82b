package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Text;
import io.roundhouse.federation.Member;
import io.roundhouse.federation.Revocation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What an authority has issued and revoked: a file that is replaced as a whole. A certificate that
 * is not in it was never given out.
 *
 * @param federation its name
 * @param change number of the last change
 * @param list number of the last list of revoked certificates
 * @param authorities in the order of their numbers
 * @param entries in the order of names
 * @param invitations that have not expired
 */
record Register(
    String federation,
    int change,
    long list,
    List<IssuingAuthority> authorities,
    List<RegisterEntry> entries,
    List<Invitation> invitations) {
  Register {
    requireNonNull(federation, "federation is null");
    authorities = List.copyOf(authorities);
    entries = List.copyOf(entries);
    invitations = List.copyOf(invitations);
  }

  static Register empty(String federation) {
    return new Register(federation, 0, 0, List.of(), List.of(), List.of());
  }

  Optional<RegisterEntry> entry(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /**
   * A member that must be there.
   *
   * @throws ProvisioningException if it is not, with the nearest name
   */
  RegisterEntry require(String name) {
    return entry(name).orElseThrow(() -> unknown(name));
  }

  /**
   * What a kit of a member must be, whom the register or {@code federation.yml} knows.
   *
   * @throws ProvisioningException if neither does
   */
  KitOrder order(String name, FederationSpec spec) {
    return entry(name)
        .map(entry -> KitOrder.of(entry, spec))
        .or(() -> spec.member(name).map(member -> KitOrder.of(member, spec)))
        .orElseThrow(() -> unknown(name));
  }

  private ProvisioningException unknown(String name) {
    List<String> names = entries.stream().map(RegisterEntry::name).toList();
    return new ProvisioningException(
        "there is no member "
            + Text.quote(name)
            + " in federation "
            + federation
            + Text.nearest(name, names)
                .map(near -> ", perhaps you should write " + near)
                .orElse(
                    ", perhaps you should add it to federation.yml and run `roundhouse provision`"));
  }

  Optional<Invitation> invitation(String id) {
    return invitations.stream().filter(invitation -> invitation.id().equals(id)).findFirst();
  }

  /** A token that is out for a member, used or not. */
  Optional<Invitation> invitationOf(Identity identity, Instant now) {
    return invitations.stream()
        .filter(invitation -> invitation.identity().equals(identity))
        .filter(invitation -> invitation.expires().isAfter(now))
        .findFirst();
  }

  /** With what {@code federation.yml} says now of known members. */
  Register updated(List<KitOrder> orders) {
    Register updated = this;
    for (KitOrder order : orders) {
      RegisterEntry entry = entry(order.name()).orElseThrow();
      updated = updated.with(entry.updated(order, updated.change() + 1));
    }
    return updated;
  }

  List<Member> members() {
    return entries.stream().map(RegisterEntry::member).toList();
  }

  /** The members that changed after a change. */
  List<Member> membersSince(int earlier) {
    return entries.stream()
        .filter(entry -> entry.change() > earlier)
        .map(RegisterEntry::member)
        .toList();
  }

  Register with(RegisterEntry entry) {
    List<RegisterEntry> all = without(entries, known -> known.name().equals(entry.name()));
    all.add(entry);
    all.sort(Comparator.comparing(RegisterEntry::name));
    return new Register(
        federation, Math.max(change, entry.change()), list, authorities, all, invitations);
  }

  Register with(Invitation invitation) {
    List<Invitation> all = without(invitations, known -> known.id().equals(invitation.id()));
    all.add(invitation);
    return new Register(federation, change, list, authorities, entries, all);
  }

  Register withoutInvitation(String id) {
    return new Register(
        federation,
        change,
        list,
        authorities,
        entries,
        without(invitations, known -> known.id().equals(id)));
  }

  Register with(IssuingAuthority authority) {
    List<IssuingAuthority> all =
        without(authorities, known -> known.number() == authority.number());
    all.add(authority);
    all.sort(Comparator.comparing(IssuingAuthority::number));
    return new Register(federation, change, list, all, entries, invitations);
  }

  /** With one issuing authority revoked. */
  Register revoked(int authority, Revocation revocation) {
    return authorities.stream()
        .filter(known -> known.number() == authority)
        .findFirst()
        .map(known -> with(known.revoked(revocation)))
        .orElse(this);
  }

  List<RevokedSerial> revokedAuthorities() {
    return authorities.stream().flatMap(known -> known.line().stream()).toList();
  }

  /** The next list of revoked certificates. */
  Register nextList() {
    return new Register(federation, change, list + 1, authorities, entries, invitations);
  }

  /** Without what has expired and was not used. */
  Register forgetting(Instant now) {
    return new Register(
        federation,
        change,
        list,
        authorities,
        entries,
        without(
            invitations,
            invitation -> invitation.usedBy().isEmpty() && invitation.expires().isBefore(now)));
  }

  private static <T> List<T> without(List<T> all, Predicate<T> out) {
    return new ArrayList<>(all.stream().filter(out.negate()).toList());
  }
}
