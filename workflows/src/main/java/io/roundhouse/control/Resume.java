package io.roundhouse.control;

import static java.util.Objects.requireNonNull;

/**
 * Lets a paused job go on.
 *
 * @param by who
 * @param reason why; may be empty
 */
public record Resume(String by, String reason) {
  public Resume {
    requireNonNull(by, "by is null");
    requireNonNull(reason, "reason is null");
  }
}
