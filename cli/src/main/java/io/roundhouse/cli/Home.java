package io.roundhouse.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

  /** The folders {@code runs/<name>-001, runs/<name>-002, …} that are there. */
  static List<Path> runs(String name) {
    Path all = Path.of("runs");
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(all)) {
      Pattern run = Pattern.compile(Pattern.quote(name) + "-\\d{3,}");
      return folders
          .filter(folder -> run.matcher(String.valueOf(folder.getFileName())).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
