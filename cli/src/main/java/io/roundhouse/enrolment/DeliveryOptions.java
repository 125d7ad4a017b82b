package io.roundhouse.enrolment;

import io.roundhouse.provisioning.Delivery;
import io.roundhouse.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how kits are handed over. */
final class DeliveryOptions {
  private static final int SHORTEST = 12;

  @Option(
      names = "--zip",
      description =
          "Make encrypted zip files in place of folders. Each has a password of its own, which is"
              + " shown once.")
  private boolean zip;

  @Option(
      names = "--zip-password-file",
      paramLabel = "FILE",
      description = "A file whose first line is the password of all zip files.")
  private @Nullable Path passwordFile;

  Delivery delivery() {
    if (passwordFile != null) {
      return new Delivery.Zips(password(passwordFile));
    }
    return zip ? new Delivery.Zips("") : new Delivery.Folders();
  }

  static String password(Path file) {
    try {
      String line = Files.readString(file).lines().findFirst().orElse("");
      if (line.length() < SHORTEST) {
        throw Failure.badInput(
            "the first line of "
                + file
                + " has fewer than "
                + SHORTEST
                + " characters, perhaps you should take a longer password");
      }
      return line;
    } catch (IOException e) {
      throw Failure.badInput(file + " cannot be read, perhaps you should check the path");
    }
  }
}
