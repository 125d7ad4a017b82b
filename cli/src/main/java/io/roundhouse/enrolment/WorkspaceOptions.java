package io.roundhouse.enrolment;

import io.roundhouse.provisioning.Workspace;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say where a federation's authority is. */
final class WorkspaceOptions {
  @Option(
      names = "--workspace",
      paramLabel = "DIR",
      description = "The folder of authorities and kits; workspace by default.")
  private Path folder = Path.of("workspace");

  @Option(
      names = "--federation",
      paramLabel = "NAME",
      description = "Which federation, if the workspace has more than one.")
  private @Nullable String federation;

  /** That of a federation whose name is known. */
  Workspace of(String name) {
    return Workspace.of(folder, name);
  }

  /** That of the federation that is named, or of the only one. */
  Workspace existing() {
    return federation == null ? Workspace.only(folder) : Workspace.of(folder, federation);
  }
}
