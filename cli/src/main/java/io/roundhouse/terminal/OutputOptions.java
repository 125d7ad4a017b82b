package io.roundhouse.terminal;

import picocli.CommandLine.Option;

/** Options of every command that shows a job. */
public final class OutputOptions {
  @Option(
      names = "--output",
      paramLabel = "text|json",
      description = "Lines for people, or one JSON document on standard output.")
  private OutputFormat output = OutputFormat.TEXT;

  @Option(
      names = {"--no-colour", "--no-color"},
      description = "Never use colours. So does the environment variable NO_COLOR.")
  private boolean noColour;

  /** Whether standard output carries one JSON document. */
  public boolean json() {
    return output == OutputFormat.JSON;
  }

  /** Where a person reads along. */
  public Terminal terminal() {
    return Terminal.of(json(), noColour);
  }
}
