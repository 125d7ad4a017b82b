package io.roundhouse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/**
 * What the command did with some arguments, in this JVM.
 *
 * @param exitCode what the shell gets
 * @param out standard output
 * @param err standard error
 */
public record CommandRun(int exitCode, String out, String err) {
  private static final String HOME = "roundhouse.home";

  /** Runs it from the module's folder, which is one below home. */
  public static CommandRun of(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream capturedOut = new ByteArrayOutputStream();
    ByteArrayOutputStream capturedErr = new ByteArrayOutputStream();
    System.setProperty(HOME, "..");
    System.setOut(new PrintStream(capturedOut, true, UTF_8));
    System.setErr(new PrintStream(capturedErr, true, UTF_8));
    try {
      int exitCode = Main.commandLine().execute(arguments);
      return new CommandRun(exitCode, capturedOut.toString(UTF_8), capturedErr.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
      System.clearProperty(HOME);
    }
  }

  /** Asserts that it was done, and said so. */
  public CommandRun assertDone(String... words) {
    assertThat(exitCode).as(toString()).isEqualTo(0);
    assertThat(err).isEmpty();
    for (String word : words) {
      assertThat(out).contains(word);
    }
    return this;
  }

  /** Asserts that it was refused in plain words. */
  public CommandRun assertRefused(String... words) {
    assertThat(exitCode).as(toString()).isEqualTo(2);
    assertThat(out).isEmpty();
    assertThat(err).startsWith("roundhouse: ").doesNotContain("Exception", "\tat ");
    for (String word : words) {
      assertThat(err).contains(word);
    }
    return this;
  }
}
