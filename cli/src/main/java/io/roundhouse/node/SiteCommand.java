package io.roundhouse.node;

import picocli.CommandLine.Command;

/** {@code roundhouse site}. */
@Command(
    name = "site",
    description = {
      "Run a site from its startup kit, until it is stopped.",
      "What it may be asked for is in the kit's local/policy.yml, where its data is in"
          + " local/data.yml. It connects to the federation's gateways, and waits for them if they"
          + " are not there yet. A kit's start.sh runs this in the background."
    })
public final class SiteCommand extends NodeCommand {
  SiteCommand() {
    super(SiteNode::start);
  }
}
