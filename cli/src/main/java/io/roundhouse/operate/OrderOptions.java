package io.roundhouse.operate;

import picocli.CommandLine.Option;

/** Options of every order: who gives it, and why. */
public final class OrderOptions {
  @Option(
      names = "--by",
      paramLabel = "NAME",
      defaultValue = "${sys:user.name}",
      description = "Who gives the order, for the record. Default: you, ${DEFAULT-VALUE}.")
  private String by = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private String reason = "";

  /** Who gives it. */
  public String by() {
    return by;
  }

  /** Why; empty if nothing was said. */
  public String reason() {
    return reason;
  }
}
