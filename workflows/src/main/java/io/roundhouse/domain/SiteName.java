package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Name of a site. The natural order is the order in which strategies see updates.
 *
 * @param value 1 to 63 lower-case letters, digits and inner dashes (an RFC 1123 label)
 */
public record SiteName(@JsonValue String value) implements Comparable<SiteName> {
  private static final int MOST_NAMED = 100;

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

  /**
   * The sites of a list of names.
   *
   * @throws IllegalArgumentException with every one that is none
   */
  public static SortedSet<SiteName> all(Collection<String> names) {
    SortedSet<SiteName> sites = new TreeSet<>();
    List<String> problems = new ArrayList<>();
    for (String name : names) {
      if (JobId.isLabel(name)) {
        sites.add(new SiteName(name));
      } else {
        problems.add(Text.quote(name));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          (problems.size() == 1 ? "not a site name: " : "not site names: ")
              + String.join(", ", problems.subList(0, Math.min(problems.size(), MOST_NAMED)))
              + (problems.size() > MOST_NAMED ? " and more" : "")
              + ", perhaps you should use lower-case letters, digits and inner dashes only");
    }
    return sites;
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
