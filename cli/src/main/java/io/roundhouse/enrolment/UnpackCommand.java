package io.roundhouse.enrolment;

import io.roundhouse.kit.Kit;
import io.roundhouse.provisioning.KitInstallation;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse kit unpack}. */
@Command(
    name = "unpack",
    description = {
      "Unpack a kit's zip file, check it, and put it into its folder.",
      "A kit of the same member that is there is brought up to date; local/ and run/ stay as they"
          + " are."
    })
final class UnpackCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE.zip", description = "The zip file.")
  private Path file = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "DIR",
      arity = "0..1",
      description = "The kit's folder; called like the zip file by default.")
  private @Nullable Path folder;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "A file whose first line is the password. Else it is asked for.")
  private @Nullable Path passwordFile;

  @Override
  public Integer call() {
    if (!Files.exists(file)) {
      throw Failure.badInput(file + ": there is no such file, perhaps you should check the path");
    }
    if (!KitInstallation.isZip(file)) {
      throw Failure.badInput(
          file
              + " is no zip file, perhaps you should use `roundhouse enroll --install "
              + file
              + "`");
    }
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.zip$", "");
    String password = KitInstallation.isEncrypted(file) ? password() : "";
    Kit kit =
        new KitInstallation(Clock.systemUTC())
            .unpack(file, password, folder == null ? Path.of(name) : folder);
    System.out.println(
        "%s %s of federation %s is in %s, valid until %s"
            .formatted(
                kit.identity().kind(),
                kit.identity().name(),
                kit.identity().federation(),
                Report.near(kit.folder()),
                Report.day(kit.validUntil())));
    System.out.println("root  " + kit.fingerprint() + " (SHA-256)");
    System.out.println("Next:  read " + Report.near(kit.folder()).resolve("README.md"));
    return ExitCode.OK;
  }

  private String password() {
    if (passwordFile != null) {
      try {
        return Files.readString(passwordFile).lines().findFirst().orElse("");
      } catch (IOException e) {
        throw Failure.badInput(passwordFile + " cannot be read, perhaps you should check the path");
      }
    }
    return Secrets.ask("Password of " + file + ": ")
        .map(String::new)
        .orElseThrow(
            () ->
                Failure.badInput(
                    "the zip file needs a password, perhaps you should add --password-file"));
  }
}
