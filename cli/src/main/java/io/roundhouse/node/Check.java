package io.roundhouse.node;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * One look before anything runs.
 *
 * @param what is looked at
 * @param found what was found, if it is well
 * @param problem what is wrong, and the cure
 */
record Check(String what, String found, Optional<String> problem) {
  Check {
    requireNonNull(what, "what is null");
    requireNonNull(found, "found is null");
    requireNonNull(problem, "problem is null");
  }

  /** Looks; an exception's message is the problem. */
  static Check of(String what, Callable<String> look) {
    try {
      return new Check(what, look.call(), Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(what, "interrupted");
    } catch (Exception e) {
      return failed(what, e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private static Check failed(String what, String problem) {
    return new Check(what, "", Optional.of(problem));
  }
}
