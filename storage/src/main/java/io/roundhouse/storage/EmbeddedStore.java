package io.roundhouse.storage;

import io.roundhouse.domain.Text;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3-compatible store on a folder, for one machine: loopback only, on a free port, with keys
 * made for this run. The bucket is the sub-folder {@code roundhouse}, its objects are plain files.
 */
public final class EmbeddedStore implements AutoCloseable {
  private static final String BUCKET = "roundhouse";
  private static final String REGION = "us-east-1";

  private final S3Proxy server;
  private final StoreConfig config;

  private EmbeddedStore(S3Proxy server, StoreConfig config) {
    this.server = server;
    this.config = config;
  }

  /**
   * Starts a store on a folder, which is made if it is absent.
   *
   * @throws StorageException if the folder cannot be made or the server cannot start
   */
  public static EmbeddedStore start(Path folder) {
    SecureRandom random = new SecureRandom();
    String accessKey = key(random, 10);
    String secretKey = key(random, 20);
    try {
      Files.createDirectories(folder.resolve(BUCKET));
      S3Proxy server =
          S3Proxy.builder()
              .blobStore(
                  new FilesystemNio2BlobStore(folder.toAbsolutePath().normalize().toString()))
              .endpoint(URI.create("http://127.0.0.1:0"))
              .awsAuthentication(AuthenticationType.AWS_V4, accessKey, secretKey)
              .stopTimeout(0)
              .build();
      server.start();
      URI endpoint = URI.create("http://127.0.0.1:" + server.getPort());
      return new EmbeddedStore(
          server, new StoreConfig(endpoint, REGION, BUCKET, accessKey, secretKey));
    } catch (Exception e) {
      throw new StorageException(
          "no store could be started on the folder "
              + Text.quote(folder.toString())
              + " ("
              + e
              + "), perhaps you should check that it can be written",
          e);
    }
  }

  /** How to reach it. */
  public StoreConfig config() {
    return config;
  }

  /** Stops at once; requests that are still under way break off. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new StorageException("the embedded store did not stop in good order", e);
    }
  }

  private static String key(SecureRandom random, int bytes) {
    byte[] key = new byte[bytes];
    random.nextBytes(key);
    return HexFormat.of().formatHex(key);
  }
}
