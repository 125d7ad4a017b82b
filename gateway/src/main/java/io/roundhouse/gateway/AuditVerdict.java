package io.roundhouse.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a look at an audit log has shown.
 *
 * @param lines how many lines were read
 * @param problems where the chain breaks, with file and line; empty if it holds
 */
public record AuditVerdict(long lines, List<String> problems) {
  public AuditVerdict {
    problems = List.copyOf(problems);
  }

  /** Whether every line is as it was written, and none is missing before the last. */
  public boolean holds() {
    return problems.isEmpty();
  }

  static AuditVerdict of(Path log) {
    try {
      List<AuditFile> files =
          Files.isDirectory(log)
              ? AuditFile.in(log)
              : List.of(AuditFile.of(log).orElseThrow(() -> new IOException("not a log's name")));
      return new Reading().read(files);
    } catch (IOException e) {
      throw new GatewayException(
          "the audit log "
              + log
              + " cannot be read ("
              + e
              + "), perhaps you should name a folder with files audit-<gateway>-<number>.jsonl",
          e);
    }
  }

  /** Follows the chains, file after file. */
  private static final class Reading {
    private final List<String> problems = new ArrayList<>();
    private long lines;

    AuditVerdict read(List<AuditFile> files) throws IOException {
      String gateway = "";
      Optional<AuditChain> chain = Optional.empty();
      int number = 0;
      for (AuditFile file : files) {
        if (!file.gateway().equals(gateway)) {
          gateway = file.gateway();
          chain = file.number() == 1 ? Optional.of(AuditChain.START) : Optional.empty();
          number = file.number();
        }
        if (file.number() != number) {
          problems.add(file.path() + ": the file before it is missing");
          chain = Optional.empty();
        }
        chain = follow(file, chain);
        number = file.number() + 1;
      }
      return new AuditVerdict(lines, problems);
    }

    /**
     * @param chain empty if what was before the file is not known
     */
    private Optional<AuditChain> follow(AuditFile file, Optional<AuditChain> chain)
        throws IOException {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file.path()))) {
        Optional<AuditChain> at = chain;
        int row = 0;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
          if (c != '\n') {
            line.write(c);
            continue;
          }
          row++;
          lines++;
          at = Optional.of(next(file, row, line.toByteArray(), at));
          line.reset();
        }
        if (line.size() > 0) {
          problems.add(file.path() + ", line " + (row + 1) + ": it is cut off");
        }
        return at;
      }
    }

    private AuditChain next(AuditFile file, int row, byte[] bytes, Optional<AuditChain> at) {
      String line = new String(bytes, UTF_8);
      AuditChain chain = at.or(() -> AuditChain.before(line)).orElse(AuditChain.START);
      Optional<String> problem = chain.problem(line);
      problem.ifPresent(what -> problems.add(file.path() + ", line " + row + ": " + what));
      return problem.flatMap(what -> AuditChain.before(line)).orElse(chain).after(bytes);
    }
  }
}
