package io.roundhouse.enrolment;

import io.roundhouse.provisioning.Passphrase;
import io.roundhouse.terminal.Failure;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where the passphrases of the authority's keys come from: a file, the environment, or a person.
 */
final class PassphraseOptions {
  private static final String VARIABLE = "ROUNDHOUSE_PASSPHRASE";
  private static final String ROOT_VARIABLE = "ROUNDHOUSE_ROOT_PASSPHRASE";

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description =
          "A file whose first line is the passphrase of the authority's key. Else it is taken from"
              + " the environment variable "
              + VARIABLE
              + ", or asked for.")
  private @Nullable Path file;

  @Option(
      names = "--root-passphrase-file",
      paramLabel = "FILE",
      description =
          "Likewise for the root's key, if it has another one. The variable is "
              + ROOT_VARIABLE
              + ".")
  private @Nullable Path rootFile;

  /** That of an authority that is there. */
  Passphrase passphrase() {
    return given(file, VARIABLE, false);
  }

  /** For the keys of a new authority. */
  Passphrase fresh() {
    return given(file, VARIABLE, true);
  }

  /** That of the root, which is the authority's unless another is given. */
  Passphrase root(Passphrase authority) {
    boolean own = rootFile != null || System.getenv(ROOT_VARIABLE) != null;
    return own ? given(rootFile, ROOT_VARIABLE, false) : authority;
  }

  private static Passphrase given(@Nullable Path from, String variable, boolean isNew) {
    if (from != null) {
      return Passphrase.read(from);
    }
    String environment = System.getenv(variable);
    if (environment != null && !environment.isEmpty()) {
      return Passphrase.of(environment.toCharArray());
    }
    char[] typed =
        Secrets.ask(
                isNew
                    ? "Passphrase for the new authority's keys: "
                    : "Passphrase of the authority: ")
            .orElseThrow(
                () ->
                    Failure.badInput(
                        "the passphrase of the authority's key is not given, perhaps you should"
                            + " add --passphrase-file or set "
                            + variable));
    if (isNew) {
      char[] again = Secrets.ask("The same again: ").orElse(new char[0]);
      if (!Arrays.equals(typed, again)) {
        throw Failure.badInput("the two are not the same, perhaps you should try again");
      }
      Arrays.fill(again, '\0');
    }
    return Passphrase.of(typed);
  }
}
