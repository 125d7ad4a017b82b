package io.roundhouse.enrolment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.provisioning.FederationFile;
import io.roundhouse.provisioning.KitReport;
import io.roundhouse.provisioning.Passphrase;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.provisioning.Workspace;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.OutputOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse provision}. */
@Command(
    name = "provision",
    description = {
      "Make a federation's certificates and startup kits.",
      "The first time it makes the authority: keep its folder and passphrase safe. After that it"
          + " makes what is missing: kits that were made before are left alone."
    },
    subcommands = {
      AddSiteCommand.class,
      AddOperatorCommand.class,
      InviteCommand.class,
      RequestsCommand.class,
      ApproveCommand.class,
      DenyCommand.class,
      RenewCommand.class,
      ReissueCommand.class,
      RevokeCommand.class,
      RotateCommand.class,
      MembersCommand.class
    },
    footer = {"", "Start with:  roundhouse init --federation"})
public final class ProvisionCommand implements Callable<Integer> {
  private static final int MOST_REQUEST_BYTES = 1 << 20;

  @Parameters(
      paramLabel = "FEDERATION.YML",
      arity = "0..1",
      description = "Who belongs to the federation; federation.yml by default.")
  private @Nullable Path file;

  @Option(
      names = "--tokens",
      description = "Make tokens to enrol with in place of the sites' kits: their keys stay there.")
  private boolean tokens;

  @Option(
      names = "--csr",
      paramLabel = "FILE",
      description =
          "Sign the request that `roundhouse enroll --request` made, and make a kit that only its"
              + " key opens.")
  private @Nullable Path request;

  @Mixin private WorkspaceOptions workspaces = new WorkspaceOptions();
  @Mixin private PassphraseOptions passphrases = new PassphraseOptions();
  @Mixin private DeliveryOptions delivery = new DeliveryOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    if (request != null && file == null) {
      try (Provisioner provisioner =
          Provisioner.open(workspaces.existing(), passphrases.passphrase(), Clock.systemUTC())) {
        new Report(provisioner.sign(text(request)), output).print();
      }
      return ExitCode.OK;
    }
    FederationFile federation =
        FederationFile.read(file == null ? Path.of("federation.yml") : file);
    Workspace workspace = workspaces.of(federation.spec().name());
    boolean isNew = !workspace.exists();
    try (Provisioner provisioner = isNew ? create(workspace, federation) : open(workspace)) {
      if (isNew) {
        output
            .terminal()
            .line(
                "made the authority of federation "
                    + federation.spec().name()
                    + " in "
                    + Report.near(workspace.folder().resolve("ca")));
      }
      KitReport report = provisioner.provision(federation, delivery.delivery(), tokens);
      new Report(report, output).print();
      if (isNew && !output.json()) {
        output
            .terminal()
            .line(
                "  Move "
                    + Report.near(workspace.folder().resolve("ca/root"))
                    + " to a medium that stays offline: it is needed for `provision rotate` only.");
      }
      if (request != null) {
        new Report(provisioner.sign(text(request)), output).print();
      }
    }
    return ExitCode.OK;
  }

  private Provisioner open(Workspace workspace) {
    return Provisioner.open(workspace, passphrases.passphrase(), Clock.systemUTC());
  }

  private Provisioner create(Workspace workspace, FederationFile federation) {
    Passphrase passphrase = passphrases.fresh();
    return Provisioner.create(
        workspace,
        federation.spec().validity(),
        passphrases.root(passphrase),
        passphrase,
        Clock.systemUTC());
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MOST_REQUEST_BYTES) {
        throw Failure.badInput(file + " is larger than 1 MiB, which no certificate request is");
      }
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException e) {
      throw Failure.badInput(file + " cannot be read, perhaps you should check the path");
    }
  }
}
