package io.roundhouse.services;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A real Temporal server with its Web UI on a SQLite file, on loopback only.
 *
 * @param program the running server
 * @param address {@code host:port} of its frontend
 * @param ui where its Web UI is
 */
public record LocalTemporal(Program program, String address, URI ui) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String LOOPBACK = "127.0.0.1";

  public LocalTemporal {
    requireNonNull(program, "program is null");
    requireNonNull(address, "address is null");
    requireNonNull(ui, "ui is null");
  }

  /**
   * The ports it listens on.
   *
   * @param frontend gRPC
   * @param ui Web UI
   * @param http the frontend's HTTP API
   * @param metrics Prometheus
   */
  public record Listeners(int frontend, int ui, int http, int metrics) {
    /** The usual ports, or those next to them where they are taken. */
    public static Listeners free() {
      int frontend = FreePorts.near(7233);
      int ui = FreePorts.near(8233);
      int http = FreePorts.near(7243);
      return new Listeners(frontend, ui, http, FreePorts.near(7253));
    }
  }

  /**
   * Starts it and waits until it serves.
   *
   * @param temporal the executable
   * @param folder where its database and log are; made if absent
   * @throws ServiceException if it does not come up
   */
  public static LocalTemporal start(Path temporal, Path folder, Listeners ports) {
    makeFolder(folder);
    List<String> command =
        List.of(
            temporal.toString(),
            "server",
            "start-dev",
            "--ip",
            LOOPBACK,
            "--ui-ip",
            LOOPBACK,
            "--port",
            Integer.toString(ports.frontend()),
            "--ui-port",
            Integer.toString(ports.ui()),
            "--http-port",
            Integer.toString(ports.http()),
            "--metrics-port",
            Integer.toString(ports.metrics()),
            "--db-filename",
            folder.resolve("temporal.db").toString(),
            "--log-level",
            "warn",
            // The queue of tasks is polled 20 times a second otherwise: 50 ms a hop.
            "--dynamic-config-value",
            "history.transferProcessorMaxPollRPS=1000",
            // Each site polls once; the default allows 1,200 polls in all.
            "--dynamic-config-value",
            "frontend.namespaceCount=10000",
            // One worker's queue is not worth four partitions, among which tasks have to look for
            // it.
            "--dynamic-config-value",
            "matching.numTaskqueueReadPartitions=1",
            "--dynamic-config-value",
            "matching.numTaskqueueWritePartitions=1",
            "--sqlite-pragma",
            "journal_mode=WAL",
            "--sqlite-pragma",
            "synchronous=NORMAL");
    Program program = Program.start("Temporal", command, Map.of(), folder.resolve("temporal.log"));
    String address = LOOPBACK + ":" + ports.frontend();
    try {
      program.await(() -> serves(temporal, address), PATIENCE);
    } catch (ServiceException e) {
      program.close();
      throw e;
    }
    return new LocalTemporal(program, address, URI.create("http://" + LOOPBACK + ":" + ports.ui()));
  }

  private static boolean serves(Path temporal, String address) {
    try {
      Process health =
          new ProcessBuilder(
                  temporal.toString(), "--address", address, "operator", "cluster", "health")
              .redirectErrorStream(true)
              .start();
      String answer = new String(health.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return health.waitFor() == 0 && answer.contains("SERVING");
    } catch (IOException e) {
      throw new ServiceException("the Temporal CLI cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException("interrupted", e);
    }
  }

  static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new ServiceException(
          "the folder "
              + folder
              + " cannot be made ("
              + e.getMessage()
              + "), perhaps you should choose another",
          e);
    }
  }
}
