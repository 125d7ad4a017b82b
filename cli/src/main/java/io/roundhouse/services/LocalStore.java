package io.roundhouse.services;

import static java.util.Objects.requireNonNull;

import io.roundhouse.storage.StoreConfig;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * SeaweedFS as an S3 server on a folder, on loopback only, with telemetry off.
 *
 * @param program the running server
 * @param config how to reach it
 */
public record LocalStore(Program program, StoreConfig config) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String BUCKET = "roundhouse";
  private static final String REGION = "eu-central-1";

  public LocalStore {
    requireNonNull(program, "program is null");
    requireNonNull(config, "config is null");
  }

  /**
   * The ports it listens on; it answers gRPC 10,000 above each.
   *
   * @param s3 the S3 API
   */
  public record Listeners(int s3, int master, int volume, int filer) {
    /** The usual ports, or those next to them where they are taken. */
    public static Listeners free() {
      int master = FreePorts.near(19_333, FreePorts.WEED_GRPC);
      int volume = FreePorts.near(19_340 + (master - 19_333), FreePorts.WEED_GRPC);
      return new Listeners(
          FreePorts.near(8333, FreePorts.WEED_GRPC),
          master,
          volume,
          FreePorts.near(18_888, FreePorts.WEED_GRPC));
    }
  }

  /** A name and the secret that goes with it. */
  public record Credentials(String accessKey, String secretKey) {
    @Override
    public String toString() {
      return "Credentials[" + accessKey + "]";
    }
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param weed the executable
   * @param folder where its objects, configuration and log are; made if absent
   * @throws ServiceException if it does not come up
   */
  public static LocalStore start(Path weed, Path folder, Listeners ports, Credentials credentials) {
    Path objects = folder.resolve("objects");
    LocalTemporal.makeFolder(objects);
    Path identities = folder.resolve("s3.json");
    write(identities, credentials);
    List<String> command =
        List.of(
            weed.toString(),
            "mini",
            "-dir=" + objects,
            "-ip=" + LOOPBACK,
            "-ip.bind=" + LOOPBACK,
            "-master.telemetry=false",
            "-master.port=" + ports.master(),
            "-volume.port=" + ports.volume(),
            "-filer.port=" + ports.filer(),
            "-s3.port=" + ports.s3(),
            "-s3.config=" + identities,
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-admin.ui=false",
            "-webdav=false");
    Program program = Program.start("SeaweedFS", command, Map.of(), folder.resolve("weed.log"));
    URI endpoint = URI.create("http://" + LOOPBACK + ":" + ports.s3());
    try {
      program.await(() -> answers(endpoint), PATIENCE);
    } catch (ServiceException e) {
      program.close();
      throw e;
    }
    return new LocalStore(
        program,
        new StoreConfig(
            endpoint, REGION, BUCKET, credentials.accessKey(), credentials.secretKey()));
  }

  /** The keys are for nobody else's eyes. */
  private static void write(Path identities, Credentials credentials) {
    String json =
        """
        {"identities": [{"name": "server",
          "credentials": [{"accessKey": "%s", "secretKey": "%s"}],
          "actions": ["Admin", "Read", "List", "Tagging", "Write"]}]}
        """
            .formatted(credentials.accessKey(), credentials.secretKey());
    try {
      Files.deleteIfExists(identities);
      Files.createFile(
          identities,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(identities, json);
    } catch (IOException e) {
      throw new ServiceException("cannot write " + identities + ": " + e.getMessage(), e);
    }
  }

  private static boolean answers(URI endpoint) {
    try {
      HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection();
      connection.setConnectTimeout(1000);
      connection.setReadTimeout(2000);
      return connection.getResponseCode() > 0;
    } catch (IOException e) {
      return false;
    }
  }
}
