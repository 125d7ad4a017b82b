package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long certificates last.
 *
 * @param root of the root
 * @param issuing of the authority that issues members'
 * @param members of a member, who may have a shorter one
 */
public record Validity(Duration root, Duration issuing, Duration members) {
  /** Ten years, two years, one year. */
  public static final Validity USUAL =
      new Validity(Duration.ofDays(3650), Duration.ofDays(730), Duration.ofDays(365));

  public Validity {
    requireNonNull(root, "root is null");
    requireNonNull(issuing, "issuing is null");
    requireNonNull(members, "members is null");
  }
}
