package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Name of a site. The natural order is the order in which strategies see updates.
 *
 * @param value 1 to 63 lower-case letters, digits and inner dashes (an RFC 1123 label)
 */
public record SiteName(@JsonValue String value) implements Comparable<SiteName> {
  /**
   * @throws IllegalArgumentException if {@code value} is not an RFC 1123 label
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SiteName {
    requireNonNull(value, "value is null");
    if (!JobId.isLabel(value)) {
      throw new IllegalArgumentException(
          "not a site name: "
              + Text.quote(value)
              + ", perhaps you should use lower-case letters, digits and inner dashes only");
    }
  }

  /** The task queue that only this site polls. */
  public String queue() {
    return "site-" + value;
  }

  @Override
  public int compareTo(SiteName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
