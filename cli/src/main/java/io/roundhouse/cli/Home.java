package io.roundhouse.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Where Roundhouse is installed, and where it puts what it makes. */
final class Home {
  private Home() {}

  /** The checkout; the launcher says where it is. */
  static Path folder() {
    return Path.of(System.getProperty("roundhouse.home", "."));
  }

  /** The first of {@code runs/<name>-001, runs/<name>-002, …} that is not there yet. */
  static Path newRun(String name) {
    for (int number = 1; ; number++) {
      Path folder = Path.of("runs", String.format(Locale.ROOT, "%s-%03d", name, number));
      if (!Files.exists(folder)) {
        return folder;
      }
    }
  }
}
