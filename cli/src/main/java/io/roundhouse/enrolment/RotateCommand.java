package io.roundhouse.enrolment;

import io.roundhouse.federation.RevocationReason;
import io.roundhouse.provisioning.Passphrase;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.terminal.ExitCode;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code roundhouse provision rotate}. */
@Command(
    name = "rotate",
    description = {
      "Make a new issuing authority below the same root.",
      "It issues all certificates from now on; those of the one before stay valid to their end,"
          + " unless it is revoked."
    })
final class RotateCommand implements Callable<Integer> {
  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "Where root.key is; ca/root in the federation's folder by default.")
  private @Nullable Path root;

  @Option(
      names = "--revoke",
      paramLabel = "REASON",
      description =
          "Revoke the authority before, and with it every certificate that it issued, such as"
              + " key_compromise.")
  private @Nullable String reason;

  @Mixin private OpenAuthority authority = new OpenAuthority();

  @Override
  public Integer call() {
    Optional<RevocationReason> revoked = Optional.ofNullable(reason).map(Names::reason);
    Passphrase passphrase = authority.passphrases().passphrase();
    try (Provisioner provisioner = authority.open(passphrase)) {
      Path folder = root == null ? provisioner.workspace().folder().resolve("ca/root") : root;
      X509Certificate issuing =
          provisioner.rotate(folder, authority.passphrases().root(passphrase), revoked);
      authority
          .output()
          .terminal()
          .line(
              "made "
                  + issuing.getSubjectX500Principal().getName().replaceAll(".*CN=([^,]+).*", "$1")
                  + ", valid until "
                  + Report.day(issuing.getNotAfter().toInstant()));
      if (revoked.isPresent()) {
        authority
            .output()
            .terminal()
            .line(
                "  The one before is revoked: make new kits for everybody with `provision renew --all`.");
      }
      RevokeCommand.showList(provisioner, authority.output());
    }
    return ExitCode.OK;
  }
}
