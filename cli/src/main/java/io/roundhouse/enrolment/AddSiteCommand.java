package io.roundhouse.enrolment;

import io.roundhouse.provisioning.MemberSpec;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.terminal.ExitCode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse provision add-site}. */
@Command(
    name = "add-site",
    description = "Make the kit, or the token, of one more site. No other kit is touched.")
final class AddSiteCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The site's name.")
  private String name = "";

  @Option(
      names = "--organisation",
      paramLabel = "NAME",
      required = true,
      description = "To whom it belongs.")
  private String organisation = "";

  @Option(
      names = "--token",
      description = "Make a token to enrol with in place of the kit: its key stays there.")
  private boolean token;

  @Mixin private OpenAuthority authority = new OpenAuthority();
  @Mixin private DeliveryOptions delivery = new DeliveryOptions();

  @Override
  public Integer call() {
    MemberSpec site =
        new MemberSpec.Site(
            Names.label("NAME", name),
            Names.label("--organisation", organisation),
            Optional.empty(),
            token);
    try (Provisioner provisioner = authority.open()) {
      new Report(provisioner.add(site, delivery.delivery()), authority.output()).print();
    }
    if (!authority.output().json()) {
      authority.output().terminal().line("  Add it to federation.yml, under sites:");
      authority
          .output()
          .terminal()
          .line(
              "      %s: {organisation: %s%s}"
                  .formatted(name, organisation, token ? ", enrolls: true" : ""));
    }
    return ExitCode.OK;
  }
}
