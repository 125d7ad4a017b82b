package io.roundhouse.cli;

import picocli.CommandLine.Option;

/** Options of every command that shows a job. */
final class OutputOptions {
  @Option(
      names = "--output",
      paramLabel = "text|json",
      description = "Lines for people, or one JSON document on standard output.")
  private OutputFormat output = OutputFormat.TEXT;

  @Option(
      names = {"--no-colour", "--no-color"},
      description = "Never use colours. So does the environment variable NO_COLOR.")
  private boolean noColour;

  boolean json() {
    return output == OutputFormat.JSON;
  }

  Terminal terminal() {
    return Terminal.of(json(), noColour);
  }
}
