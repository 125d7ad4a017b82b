package io.roundhouse.enrolment;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Role;
import io.roundhouse.domain.Text;
import io.roundhouse.federation.RevocationReason;
import io.roundhouse.terminal.Failure;
import java.util.List;
import java.util.stream.Stream;

/** Arguments that are names. */
final class Names {
  private Names() {}

  /**
   * A name of a member, an organisation or a federation.
   *
   * @throws Failure if it cannot be one
   */
  static String label(String argument, String name) {
    if (!JobId.isLabel(name)) {
      throw Failure.badInput(
          argument
              + ": must be 1 to 63 lower-case letters, digits and inner dashes, not "
              + Text.quote(name));
    }
    return name;
  }

  static Role role(String name) {
    return Stream.of(Role.values())
        .filter(role -> role.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () -> unknown("--role", name, Stream.of(Role.values()).map(Role::toString).toList()));
  }

  static RevocationReason reason(String name) {
    return Stream.of(RevocationReason.values())
        .filter(reason -> reason.toString().equals(name.replace('-', '_')))
        .findFirst()
        .orElseThrow(() -> unknown("--reason", name, RevocationReason.names()));
  }

  private static Failure unknown(String option, String name, List<String> choices) {
    return Failure.badInput(
        option
            + ": must be "
            + Text.choices(choices)
            + ", not "
            + Text.quote(name)
            + Text.nearest(name, choices)
                .map(near -> ", perhaps you should write " + near)
                .orElse(""));
  }
}
