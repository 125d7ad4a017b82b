package io.roundhouse.enrolment;

import io.roundhouse.domain.Role;
import io.roundhouse.provisioning.MemberSpec;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.terminal.ExitCode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse provision add-operator}. */
@Command(
    name = "add-operator",
    description = "Make the kit, or the token, of one more operator. No other kit is touched.")
final class AddOperatorCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The operator's name.")
  private String name = "";

  @Option(
      names = "--organisation",
      paramLabel = "NAME",
      required = true,
      description = "To whom the operator belongs.")
  private String organisation = "";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      required = true,
      description = "project_admin, org_admin, lead or member.")
  private String role = "";

  @Option(
      names = "--token",
      description = "Make a token to enrol with in place of the kit: the key stays there.")
  private boolean token;

  @Mixin private OpenAuthority authority = new OpenAuthority();
  @Mixin private DeliveryOptions delivery = new DeliveryOptions();

  @Override
  public Integer call() {
    Role known = Names.role(role);
    MemberSpec operator =
        new MemberSpec.Operator(
            Names.label("NAME", name),
            Names.label("--organisation", organisation),
            Optional.empty(),
            known,
            token);
    try (Provisioner provisioner = authority.open()) {
      new Report(provisioner.add(operator, delivery.delivery()), authority.output()).print();
    }
    if (!authority.output().json()) {
      authority.output().terminal().line("  Add it to federation.yml, under operators:");
      authority
          .output()
          .terminal()
          .line(
              "      %s: {organisation: %s, role: %s%s}"
                  .formatted(name, organisation, known, token ? ", enrolls: true" : ""));
    }
    return ExitCode.OK;
  }
}
