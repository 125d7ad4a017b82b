package io.roundhouse.policy;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A policy that is read again whenever its file has changed, so that its owner need not restart the
 * site. A file with mistakes refuses everything until it is mended. Safe for use by many threads.
 */
public final class PolicyFile implements Supplier<SitePolicy> {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyFile.class);

  private final Path file;
  private final Function<Path, SitePolicy> reader;
  private String seen = "";
  private Optional<SitePolicy> policy = Optional.empty();
  private String mistakes = "";

  /**
   * @param file what is read
   * @param reader reads it; what it throws are the file's mistakes
   */
  public PolicyFile(Path file, Function<Path, SitePolicy> reader) {
    this.file = requireNonNull(file, "file is null");
    this.reader = requireNonNull(reader, "reader is null");
  }

  /**
   * The policy as the file says it now.
   *
   * @throws IllegalStateException with the file's mistakes
   */
  @Override
  public synchronized SitePolicy get() {
    String state = state();
    if (!state.equals(seen)) {
      read();
      seen = state;
    }
    return policy.orElseThrow(() -> new IllegalStateException(mistakes));
  }

  private void read() {
    boolean again = !seen.isEmpty();
    try {
      policy = Optional.of(reader.apply(file));
      if (again) {
        LOG.info("{} has changed and is in force", file);
      }
    } catch (RuntimeException e) {
      policy = Optional.empty();
      mistakes = file + " has mistakes: " + e.getMessage();
    }
  }

  private String state() {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
    } catch (IOException e) {
      return "absent";
    }
  }
}
