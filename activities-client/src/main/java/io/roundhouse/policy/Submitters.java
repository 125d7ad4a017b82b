package io.roundhouse.policy;

import static java.util.stream.Collectors.joining;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Role;
import io.roundhouse.domain.Text;
import io.roundhouse.spec.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whose jobs are taken: those of operators who are in each of the lists that is there.
 *
 * @param names of operators
 * @param organisations of operators
 * @param roles of operators
 */
public record Submitters(
    Optional<Set<String>> names, Optional<Set<String>> organisations, Optional<Set<Role>> roles) {
  /** Anybody, also where nobody vouches for who it is. */
  public static final Submitters ANYBODY =
      new Submitters(Optional.empty(), Optional.empty(), Optional.empty());

  public Submitters {
    names = names.map(Set::copyOf);
    organisations = organisations.map(Set::copyOf);
    roles = roles.map(Set::copyOf);
  }

  static Submitters read(Section submitters) {
    Optional<Set<String>> names = Names.read(submitters, "names", JobId::isLabel);
    Optional<Set<String>> organisations = Names.read(submitters, "organisations", JobId::isLabel);
    boolean hasRoles = submitters.has("roles");
    Set<Role> roles = new TreeSet<>();
    for (String role : submitters.texts("roles")) {
      try {
        roles.add(Role.of(role));
      } catch (IllegalArgumentException e) {
        submitters.problem("roles", String.valueOf(e.getMessage()));
      }
    }
    return new Submitters(names, organisations, hasRoles ? Optional.of(roles) : Optional.empty());
  }

  /** The rules that a submitter breaks. */
  List<String> refusals(Optional<Identity> submitter) {
    List<String> broken = new ArrayList<>();
    String who = submitter.map(one -> Text.quote(one.name())).orElse("somebody unknown");
    check(broken, "names", names, submitter.map(Identity::name), who);
    check(
        broken,
        "organisations",
        organisations,
        submitter.map(Identity::organisation),
        submitter.map(one -> who + " of " + Text.quote(one.organisation())).orElse(who));
    check(
        broken,
        "roles",
        roles,
        submitter.flatMap(Identity::role),
        submitter.flatMap(Identity::role).map(role -> who + " with the role " + role).orElse(who));
    return broken;
  }

  private static <T> void check(
      List<String> broken, String list, Optional<Set<T>> allowed, Optional<T> found, String who) {
    if (allowed.isPresent() && found.filter(allowed.get()::contains).isEmpty()) {
      String names = allowed.get().stream().map(String::valueOf).sorted().collect(joining(", "));
      broken.add(
          "allow.submitters."
              + list
              + " has "
              + (names.isEmpty() ? "nobody" : names)
              + ", not "
              + who);
    }
  }
}
