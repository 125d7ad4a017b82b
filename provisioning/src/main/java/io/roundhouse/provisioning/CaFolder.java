package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Names of an authority's files. The folder {@code root} may be kept somewhere else: it is needed
 * to make the authority and to rotate it, for nothing else.
 *
 * @param folder holds all of them
 */
record CaFolder(Path folder) {
  CaFolder {
    requireNonNull(folder, "folder is null");
  }

  /** The root's certificate, which stays when its key goes offline. */
  Path rootCertificate() {
    return folder.resolve("root.pem");
  }

  /** Where the root's key is, if it is not offline. */
  Path root() {
    return folder.resolve("root");
  }

  static Path rootKey(Path root) {
    return root.resolve("root.key");
  }

  /** The root's list of revoked authorities. */
  Path rootRevocations() {
    return folder.resolve("root.crl.pem");
  }

  Path issuing(int number) {
    return folder.resolve(String.format(Locale.ROOT, "issuing-%03d", number));
  }

  Path issuingCertificate(int number) {
    return issuing(number).resolve("issuing.pem");
  }

  Path issuingKey(int number) {
    return issuing(number).resolve("issuing.key");
  }

  /** The key that gateways seal task tokens with, and that signs invitations. */
  Path sealingKey() {
    return folder.resolve("sealing.key");
  }

  /** Numbers of the issuing authorities, in their order. */
  List<Integer> numbers() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.matches("issuing-\\d{3}"))
          .map(name -> Integer.parseInt(name.substring("issuing-".length())))
          .sorted()
          .toList();
    }
  }
}
