package io.roundhouse.enrolment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.federation.Member;
import io.roundhouse.federation.RevocationReason;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.storage.Json;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.OutputOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse provision revoke}. */
@Command(
    name = "revoke",
    description = "Revoke every certificate of a member, and sign a new list of revoked ones.")
final class RevokeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The member.")
  private String name = "";

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      required = true,
      description =
          "key_compromise, affiliation_changed, superseded, cessation, privilege_withdrawn or"
              + " unspecified.")
  private String reason = "";

  @Mixin private OpenAuthority authority = new OpenAuthority();

  @Override
  public Integer call() {
    RevocationReason why = Names.reason(reason);
    try (Provisioner provisioner = authority.open()) {
      Member member = provisioner.revoke(name, "project admin", why);
      if (authority.output().json()) {
        System.out.print(new String(Json.write(member), UTF_8));
        return ExitCode.OK;
      }
      authority.output().terminal().line("revoked " + member.identity() + ": " + why);
      showList(provisioner, authority.output());
    }
    return ExitCode.OK;
  }

  static void showList(Provisioner provisioner, OutputOptions output) {
    if (!output.json()) {
      output
          .terminal()
          .line(
              "  Copy "
                  + Report.near(provisioner.workspace().revocations())
                  + " to local/crl.pem in each server's kit: it is taken up while the server runs."
                  + " Servers of which one runs the authority (ca) fetch it by themselves.");
    }
  }
}
