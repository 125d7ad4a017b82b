package io.roundhouse.provisioning;

import io.roundhouse.domain.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a {@code federation.yml} asks for, compared with what was issued.
 *
 * @param orders members that get a new kit
 * @param updates known ones of whom something else has changed
 * @param outdated known ones whose certificates say what is no longer so, and are revoked
 * @param notes for the project admin
 */
record Admission(
    List<KitOrder> orders,
    List<KitOrder> updates,
    List<RegisterEntry> outdated,
    List<String> notes) {
  Admission {
    orders = List.copyOf(orders);
    updates = List.copyOf(updates);
    outdated = List.copyOf(outdated);
    notes = List.copyOf(notes);
  }

  static Admission of(
      Register register,
      List<KitOrder> wanted,
      Optional<FederationFile> file,
      Optional<FederationSpec> before) {
    List<KitOrder> orders = new ArrayList<>();
    List<KitOrder> updates = new ArrayList<>();
    List<RegisterEntry> outdated = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    int unchanged = 0;
    for (KitOrder order : wanted) {
      Optional<RegisterEntry> known = register.entry(order.name());
      if (known.isEmpty()) {
        orders.add(order);
        continue;
      }
      Identity had = known.get().member().identity();
      if (!had.equals(order.identity())) {
        orders.add(order);
        outdated.add(known.get());
        notes.add(
            order.name()
                + " was "
                + describe(had)
                + " and is "
                + describe(order.identity())
                + " now: the certificates it had are revoked");
      } else if (!known.get().addresses().equals(order.addresses())) {
        orders.add(order);
        notes.add(order.name() + " has other addresses now, and a new kit for them");
      } else {
        unchanged++;
        if (!known.get().isAsIn(order)) {
          updates.add(order);
        }
        known
            .get()
            .revocation()
            .ifPresent(
                revocation ->
                    notes.add(
                        order.name()
                            + " is revoked since "
                            + revocation.at()
                            + " and gets no kit, perhaps you should use `roundhouse provision"
                            + " reissue "
                            + order.name()
                            + "`"));
      }
    }
    if (unchanged > 0) {
      notes.add(
          unchanged
              + (unchanged == 1 ? " member has its kit" : " members have their kits")
              + " already, which are left as they are; `roundhouse provision renew NAME` makes new"
              + " ones");
    }
    notes.addAll(absent(register, wanted));
    if (before.isPresent()
        && file.isPresent()
        && !before.get().gateways().equals(file.get().spec().gateways())) {
      notes.add(
          "the servers' addresses have changed: kits that were made before do not know the new ones,"
              + " perhaps you should renew them");
    }
    return new Admission(orders, updates, outdated, notes);
  }

  private static List<String> absent(Register register, List<KitOrder> wanted) {
    Set<String> names = wanted.stream().map(KitOrder::name).collect(Collectors.toSet());
    return register.entries().stream()
        .filter(entry -> !names.contains(entry.name()))
        .filter(entry -> entry.revocation().isEmpty())
        .map(
            entry ->
                entry.name()
                    + " has a certificate but is not in the file, perhaps you should add it, or run"
                    + " `roundhouse provision revoke "
                    + entry.name()
                    + "`")
        .toList();
  }

  private static String describe(Identity identity) {
    return identity.kind()
        + " of "
        + identity.organisation()
        + identity.role().map(role -> " as " + role).orElse("");
  }
}
