package io.roundhouse.node;

import picocli.CommandLine.Command;

/** {@code roundhouse server}. */
@Command(
    name = "server",
    description = {
      "Run a server from its startup kit, until it is stopped.",
      "What it does and where its services are is in the kit's local/server.yml. It waits for"
          + " Temporal and the store if they are not there yet. A kit's start.sh runs this in the"
          + " background."
    })
public final class ServerCommand extends NodeCommand {
  ServerCommand() {
    super(ServerNode::start);
  }
}
