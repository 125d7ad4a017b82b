package io.roundhouse.enrolment;

import io.roundhouse.provisioning.Passphrase;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.provisioning.Workspace;
import io.roundhouse.terminal.OutputOptions;
import java.time.Clock;
import picocli.CommandLine.Mixin;

/** Options of every command that opens an authority which is there. */
final class OpenAuthority {
  @Mixin private WorkspaceOptions workspaces = new WorkspaceOptions();
  @Mixin private PassphraseOptions passphrases = new PassphraseOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  Provisioner open() {
    Workspace workspace = workspaces.existing();
    return Provisioner.open(workspace, passphrases.passphrase(), Clock.systemUTC());
  }

  Provisioner open(Passphrase passphrase) {
    return Provisioner.open(workspaces.existing(), passphrase, Clock.systemUTC());
  }

  PassphraseOptions passphrases() {
    return passphrases;
  }

  OutputOptions output() {
    return output;
  }
}
