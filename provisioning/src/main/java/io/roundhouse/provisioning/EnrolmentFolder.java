package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Text;
import io.roundhouse.kit.KitFiles;
import io.roundhouse.kit.Pem;
import io.roundhouse.kit.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Optional;

/**
 * A folder in which a member makes its key, and that becomes its kit. The key never leaves it.
 *
 * @param folder made if it is not there
 */
public record EnrolmentFolder(Path folder) {
  public EnrolmentFolder {
    folder = requireNonNull(folder, "folder is null").toAbsolutePath().normalize();
  }

  /**
   * The request for a certificate; made together with its key the first time, the same after that.
   *
   * @param uri the SPIFFE id, if it is known
   * @param root SHA-256 of the root, if it is known; every start then checks it
   * @throws ProvisioningException if the folder has another member's key, or cannot be written
   */
  public String request(String name, Optional<String> uri, Optional<Digest> root) {
    try {
      if (Files.exists(key())) {
        return existing(name, uri);
      }
      PrivateFiles.folder(requireNonNull(key().getParent()));
      PrivateFiles.folder(requireNonNull(requestFile(name).getParent()));
      KeyPair keys = Keys.generate();
      String request = CertificateRequest.write(keys, name, uri);
      PrivateFiles.replace(requestFile(name), request.getBytes(US_ASCII));
      if (root.isPresent()) {
        PrivateFiles.replace(
            folder.resolve(KitFiles.TRUSTED_ROOT), (root.get().hex() + "\n").getBytes(US_ASCII));
      }
      PrivateFiles.create(
          key(), Pem.write("PRIVATE KEY", keys.getPrivate().getEncoded()).getBytes(US_ASCII));
      PrivateFiles.sync(key());
      return request;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Where the request of a member is. */
  public Path requestFile(String name) {
    return folder.resolve(KitFiles.LOCAL + name + ".csr");
  }

  /** The key that was made here. */
  PrivateKey privateKey() {
    try {
      return Pem.privateKey(Files.readAllBytes(key()));
    } catch (IOException | IllegalArgumentException e) {
      throw new ProvisioningException(
          "there is no key in "
              + Text.quote(folder.toString())
              + ", perhaps you should name the folder in which the request was made",
          e);
    }
  }

  private String existing(String name, Optional<String> uri) throws IOException {
    if (!Files.exists(requestFile(name))) {
      throw new ProvisioningException(
          Text.quote(folder.toString())
              + " has a key, but not the request of "
              + name
              + ", perhaps you should name another folder with --dir");
    }
    String request = Files.readString(requestFile(name), US_ASCII);
    CertificateRequest read = CertificateRequest.read(request);
    if (!read.name().equals(name) || !read.uri().equals(uri)) {
      throw new ProvisioningException(
          Text.quote(folder.toString())
              + " holds the key of "
              + read.uri().orElse(read.name())
              + ", perhaps you should name another folder with --dir");
    }
    return request;
  }

  private Path key() {
    return folder.resolve(KitFiles.KEY);
  }

  private ProvisioningException unwritable(IOException e) {
    return new ProvisioningException(
        "cannot write to "
            + Text.quote(folder.toString())
            + " ("
            + e.getClass().getSimpleName()
            + "), perhaps you should check its permissions",
        e);
  }
}
