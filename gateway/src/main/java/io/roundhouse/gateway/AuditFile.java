package io.roundhouse.gateway;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One file of an audit log: {@code audit-<gateway>-<number>.jsonl}.
 *
 * @param number from 1
 */
record AuditFile(Path folder, String gateway, int number) {
  private static final Pattern NAME =
      Pattern.compile("audit-([a-z0-9-]{1,63})-([0-9]{6,9})\\.jsonl");

  static AuditFile first(Path folder, String gateway) {
    return new AuditFile(folder, gateway, 1);
  }

  static Optional<AuditFile> of(Path path) {
    Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
    Path folder = path.toAbsolutePath().getParent();
    return name.matches() && folder != null
        ? Optional.of(new AuditFile(folder, name.group(1), Integer.parseInt(name.group(2))))
        : Optional.empty();
  }

  /** All of a folder, by gateway and number. */
  static List<AuditFile> in(Path folder) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found
          .map(AuditFile::of)
          .flatMap(Optional::stream)
          .sorted(Comparator.comparing(AuditFile::gateway).thenComparing(AuditFile::number))
          .toList();
    }
  }

  static List<AuditFile> of(Path folder, String gateway) throws IOException {
    return in(folder).stream().filter(file -> file.gateway.equals(gateway)).toList();
  }

  Path path() {
    return folder.resolve("audit-%s-%06d.jsonl".formatted(gateway, number));
  }

  AuditFile next() {
    return new AuditFile(folder, gateway, number + 1);
  }

  /** How much of it is lines that end. */
  long wholeLinesBytes() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path().toFile(), "r")) {
      for (long end = file.length(); end > 0; end--) {
        file.seek(end - 1);
        if (file.read() == '\n') {
          return end;
        }
      }
      return 0;
    }
  }
}
