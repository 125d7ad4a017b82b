package io.roundhouse.program;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** What processes and folders take, as far as the system tells. */
final class ResourceUse {
  private static final long KILO = 1_024;
  private static final int MOST_FILES = 100_000;
  private static final int PAGE = 4_096;

  private ResourceUse() {}

  /** Memory of a process and all that come from it, bytes; 0 where there is no {@code /proc}. */
  static long memory(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
        .mapToLong(one -> memory(Path.of("/proc", Long.toString(one.pid()))))
        .sum();
  }

  /** Shared memory counts in shares, where the system has such figures. */
  private static long memory(Path process) {
    try (Stream<String> lines =
        Files.lines(process.resolve("smaps_rollup"), StandardCharsets.US_ASCII)) {
      return lines
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KILO)
          .findFirst()
          .orElse(0);
    } catch (IOException | RuntimeException e) {
      return resident(process);
    }
  }

  private static long resident(Path process) {
    try {
      String[] pages = Files.readString(process.resolve("statm")).split(" ", -1);
      return Long.parseLong(pages[1]) * PAGE;
    } catch (IOException | RuntimeException e) {
      // It has just ended, or is another user's.
      return 0;
    }
  }

  /** Bytes of the files in folders; more than can be if there are too many to count. */
  static long disk(List<Path> folders) {
    Sum sum = new Sum();
    for (Path folder : folders) {
      try {
        Files.walkFileTree(folder, sum);
      } catch (IOException e) {
        // A file went while it was looked at; the next look counts again.
        return sum.bytes;
      }
    }
    return sum.bytes;
  }

  private static final class Sum extends SimpleFileVisitor<Path> {
    private long bytes;
    private int files;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      bytes += attributes.size();
      files++;
      if (files > MOST_FILES) {
        bytes = Long.MAX_VALUE;
        return FileVisitResult.TERMINATE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException gone) {
      return FileVisitResult.CONTINUE;
    }
  }
}
