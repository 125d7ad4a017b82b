package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

/**
 * Puts a member, or a new certificate of one, on the register.
 *
 * @param by who
 * @param member with all its certificates
 */
public record Registration(String by, Member member) {
  public Registration {
    requireNonNull(by, "by is null");
    requireNonNull(member, "member is null");
  }
}
