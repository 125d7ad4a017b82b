package io.roundhouse.enrolment;

import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse provision renew}. */
@Command(
    name = "renew",
    description = {
      "Make new kits of members. The ones they have go on to the end of their certificates.",
      "A member that made its key itself gets a certificate for that key."
    })
final class RenewCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", arity = "0..*", description = "The members.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--all", description = "All that are not revoked.")
  private boolean everybody;

  @Option(names = "--due", description = "All that have passed two thirds of their time.")
  private boolean due;

  @Mixin private OpenAuthority authority = new OpenAuthority();
  @Mixin private DeliveryOptions delivery = new DeliveryOptions();

  @Override
  public Integer call() {
    if (names.isEmpty() && !due && !everybody) {
      throw Failure.badInput(
          "nobody is named, perhaps you should name a member or add --due or --all");
    }
    try (Provisioner provisioner = authority.open()) {
      List<String> all = new ArrayList<>(names);
      if (due || everybody) {
        (everybody ? provisioner.current() : provisioner.due())
            .stream().filter(name -> !all.contains(name)).forEach(all::add);
      }
      if (all.isEmpty() && !authority.output().json()) {
        authority.output().terminal().line("nobody is due");
        return ExitCode.OK;
      }
      new Report(provisioner.renew(all, delivery.delivery()), authority.output()).print();
    }
    return ExitCode.OK;
  }
}
