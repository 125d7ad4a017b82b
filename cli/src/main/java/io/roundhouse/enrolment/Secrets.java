package io.roundhouse.enrolment;

import java.io.Console;
import java.util.Optional;

/** What a person types without its being shown. */
final class Secrets {
  private Secrets() {}

  /** Asks for it; empty if nobody is there, or nothing was typed. */
  @SuppressWarnings("SystemConsoleNull") // Since JDK 22 there is always one, which reads nothing.
  static Optional<char[]> ask(String prompt) {
    Console console = System.console();
    if (console == null) {
      return Optional.empty();
    }
    char[] typed = console.readPassword("%s", prompt);
    return typed == null || typed.length == 0 ? Optional.empty() : Optional.of(typed);
  }
}
