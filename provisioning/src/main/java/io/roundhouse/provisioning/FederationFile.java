package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.yaml.YamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A {@code federation.yml} without problems, and its text.
 *
 * @param spec what it says
 * @param text as it was written
 */
public record FederationFile(FederationSpec spec, String text) {
  public FederationFile {
    requireNonNull(spec, "spec is null");
    requireNonNull(text, "text is null");
  }

  /**
   * Reads a file.
   *
   * @throws YamlException with every problem, its line and column
   */
  public static FederationFile read(Path path) {
    FederationSpec spec = FederationReader.read(path);
    try {
      return new FederationFile(spec, Files.readString(path));
    } catch (IOException e) {
      throw new ProvisioningException(path + " cannot be read a second time", e);
    }
  }

  /** Reads a text. */
  public static FederationFile parse(String text) {
    return new FederationFile(FederationReader.parse(Path.of("federation.yml"), text), text);
  }
}
