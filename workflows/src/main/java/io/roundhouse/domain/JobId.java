package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A job within its project, {@code project/name}: the workflow's id and the folder of its
 * artifacts.
 *
 * @param project 1 to 63 lower-case letters, digits and inner dashes
 * @param name likewise
 */
public record JobId(String project, String name) {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  /**
   * @throws IllegalArgumentException if either part is not an RFC 1123 label
   */
  public JobId {
    requireNonNull(project, "project is null");
    requireNonNull(name, "name is null");
    if (!isLabel(project) || !isLabel(name)) {
      throw new IllegalArgumentException("not a job id: " + Text.quote(project + "/" + name));
    }
  }

  /** Whether {@code value} can be a project's, a job's or a site's name. */
  public static boolean isLabel(String value) {
    return LABEL.matcher(value).matches();
  }

  /**
   * Reads {@code project/name}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  @JsonCreator
  public static JobId parse(String value) {
    int slash = value.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "not a job id: " + Text.quote(value) + ", perhaps you should write project/name");
    }
    return new JobId(value.substring(0, slash), value.substring(slash + 1));
  }

  @JsonValue
  @Override
  public String toString() {
    return project + "/" + name;
  }
}
