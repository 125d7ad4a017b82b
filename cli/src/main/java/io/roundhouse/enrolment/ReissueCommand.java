package io.roundhouse.enrolment;

import io.roundhouse.federation.RevocationReason;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse provision reissue}. */
@Command(
    name = "reissue",
    description = {
      "Revoke all that a member has, and make a kit with a new key, or a token.",
      "For a kit that got lost or known, or a member that was revoked and comes back."
    })
final class ReissueCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The member.")
  private String name = "";

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "As of `provision revoke`; superseded by default.")
  private String reason = "superseded";

  @Mixin private OpenAuthority authority = new OpenAuthority();
  @Mixin private DeliveryOptions delivery = new DeliveryOptions();

  @Override
  public Integer call() {
    RevocationReason why = Names.reason(reason);
    try (Provisioner provisioner = authority.open()) {
      new Report(provisioner.reissue(name, why, delivery.delivery()), authority.output()).print();
      RevokeCommand.showList(provisioner, authority.output());
    }
    return ExitCode.OK;
  }
}
