package io.roundhouse.control;

import static java.util.Objects.requireNonNull;

/**
 * Ends a job in good order: sites are told to stop, the best model so far is the result.
 *
 * @param by who
 * @param reason why; may be empty
 */
public record Abort(String by, String reason) {
  public Abort {
    requireNonNull(by, "by is null");
    requireNonNull(reason, "reason is null");
  }
}
