package io.roundhouse.kit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The newest of some files of revoked certificates, looked at whenever it is asked for. An older
 * one never takes the place of a newer one, and one that cannot be used changes nothing: {@link
 * #problems()} then says why.
 */
public final class RevocationFiles implements Supplier<Revocations> {
  private static final long MOST_BYTES = 4L << 20;

  private final List<Path> files;
  private final X509Certificate root;
  private Revocations newest = Revocations.none();
  private List<String> problems = List.of();

  /**
   * @param files those that may be there
   * @param root the federation's
   */
  public RevocationFiles(List<Path> files, X509Certificate root) {
    this.files = List.copyOf(files);
    this.root = requireNonNull(root, "root is null");
  }

  @Override
  public synchronized Revocations get() {
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      try {
        if (Files.exists(file) && Files.size(file) <= MOST_BYTES) {
          Revocations read = Revocations.read(Files.readAllBytes(file), root);
          newest = read.number().compareTo(newest.number()) > 0 ? read : newest;
        }
      } catch (IOException | KitException e) {
        found.add(file + ": " + e.getMessage());
      }
    }
    problems = List.copyOf(found);
    return newest;
  }

  /** What was wrong with files when they were last looked at. */
  public synchronized List<String> problems() {
    return problems;
  }
}
