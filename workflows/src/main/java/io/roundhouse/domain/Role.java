package io.roundhouse.domain;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.stream.Stream;

/** What an operator may do. */
public enum Role {
  /** Everything, certificates and members of the federation included. */
  PROJECT_ADMIN,
  /** Looks after the sites of the own organisation, and their part in jobs. */
  ORG_ADMIN,
  /** Submits jobs and steers the own ones. */
  LEAD,
  /** Looks at jobs. */
  MEMBER;

  /**
   * Reads {@code project_admin} and the like.
   *
   * @throws IllegalArgumentException if there is no such role
   */
  @JsonCreator
  public static Role of(String name) {
    return Stream.of(values())
        .filter(role -> role.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no role "
                        + Text.quote(name)
                        + ", perhaps you should write "
                        + Text.choices(Stream.of(values()).map(Role::toString).toList())));
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
