package io.roundhouse.policy;

import static java.util.stream.Collectors.joining;

import io.roundhouse.domain.Text;
import io.roundhouse.spec.Section;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Lists of names in a policy; one that is absent allows every name. */
final class Names {
  private Names() {}

  static Optional<Set<String>> read(Section section, String key, Predicate<String> possible) {
    if (!section.has(key)) {
      section.ignore(key);
      return Optional.empty();
    }
    Set<String> names = new LinkedHashSet<>(section.texts(key));
    names.stream()
        .filter(possible.negate())
        .forEach(
            name ->
                section.problem(
                    key,
                    "must hold names of lower-case letters, digits and inner dashes, not "
                        + Text.quote(name)));
    return Optional.of(names);
  }

  /** Notes the rule that a name breaks. */
  static void check(List<String> broken, String rule, Optional<Set<String>> allowed, String name) {
    if (allowed.isPresent() && !allowed.get().contains(name)) {
      broken.add(rule + " has " + list(allowed.get()) + ", not " + Text.quote(name));
    }
  }

  static String list(Set<String> names) {
    return names.isEmpty() ? "nothing" : names.stream().sorted().collect(joining(", "));
  }
}
