package io.roundhouse.operate;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.roundhouse.aggregation.KernelChoice;
import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.aggregation.Workload;
import io.roundhouse.cli.CommandRun;
import io.roundhouse.connection.Connection;
import io.roundhouse.data.Dataset;
import io.roundhouse.data.LoadedData;
import io.roundhouse.domain.SiteName;
import io.roundhouse.services.LocalTemporal;
import io.roundhouse.services.RealTemporal;
import io.roundhouse.simulation.Disturbance;
import io.roundhouse.simulation.Federation;
import io.roundhouse.simulation.SimulatedData;
import io.roundhouse.simulation.TemporalService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A federation of the sites a, b and c, whose training costs nothing, on a Temporal that operators
 * reach; and the commands that they give. It is a real server where there is one, else Temporal's
 * in-memory server behind a port.
 */
final class RunningFederation implements AutoCloseable {
  private static final Duration MOST = Duration.ofMinutes(2);
  private static final long PAUSE_MILLIS = 50;

  private final Server server;
  private final TemporalService service;
  private final Federation federation;
  private final Path folder;

  /** A Temporal, and how it is ended. */
  private record Server(String address, Runnable end) {
    static Server real(Path program, Path folder) {
      LocalTemporal temporal = RealTemporal.start(program, folder);
      return new Server(temporal.address(), temporal.program()::close);
    }

    static Server inMemory() {
      LoopbackTemporal temporal = LoopbackTemporal.start();
      return new Server(temporal.address(), temporal::close);
    }
  }

  private RunningFederation(Server server, Path folder, Disturbance disturbance) {
    this.server = server;
    this.folder = folder;
    service = TemporalService.at(Connection.plain(server.address(), Connection.DEFAULT_NAMESPACE));
    federation =
        Federation.start(
            folder.resolve("store"),
            data(),
            "nothing",
            SelectedKernel.select(
                KernelChoice.JAVA, new Workload(Workload.Operation.WEIGHTED_SUM, 3, 10)),
            disturbance,
            service);
  }

  static RunningFederation start(Path folder, Disturbance disturbance) {
    return new RunningFederation(
        RealTemporal.find()
            .map(program -> Server.real(program, folder.resolve("temporal")))
            .orElseGet(Server::inMemory),
        folder,
        disturbance);
  }

  /** One on a real server, else the test is skipped. */
  static RunningFederation startReal(Path folder, Disturbance disturbance) {
    assumeTrue(RealTemporal.find().isPresent(), RealTemporal.ABSENT);
    return start(folder, disturbance);
  }

  /** One on Temporal's in-memory server. */
  static RunningFederation startInMemory(Path folder, Disturbance disturbance) {
    return new RunningFederation(Server.inMemory(), folder, disturbance);
  }

  private static SimulatedData data() {
    Dataset row = Dataset.of(new float[1], 1, new int[1]);
    LoadedData rows = new LoadedData(row, row.select(new int[0]));
    SortedMap<SiteName, LoadedData> sites = new TreeMap<>();
    List.of("a", "b", "c").forEach(site -> sites.put(new SiteName(site), rows));
    return new SimulatedData(sites, rows);
  }

  /** Writes a job file: what every job here has, and more lines. */
  Path job(String name, String more) {
    try {
      return Files.writeString(
          folder.resolve(name + ".yml"),
          """
          name: %s
          data: nothing
          model: {type: mlp, inputs: 4, outputs: 2}
          training: {trainer: noop}
          evaluation: {federated: false}
          %s
          """
              .formatted(name, more));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a job over a, b and c. */
  CommandRun submit(String name, String more) {
    return run("submit", job(name, more).toString(), "--sites", "a,b,c");
  }

  /** Gives a command. */
  CommandRun run(String... arguments) {
    return CommandRun.of(
        Stream.concat(Stream.of(arguments), Stream.of("--address", server.address()))
            .toArray(String[]::new));
  }

  /** Gives a command again and again until its answer is the one that is waited for. */
  CommandRun await(Predicate<CommandRun> answer, String... arguments) {
    long end = System.nanoTime() + MOST.toNanos();
    while (true) {
      CommandRun run = run(arguments);
      if (answer.test(run)) {
        return run;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("still not so: " + run);
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  /** Waits until a job says so of itself. */
  CommandRun awaitStatus(String job, String text) {
    return await(run -> run.out().contains(text), "status", job);
  }

  /** Where Temporal is. */
  String address() {
    return server.address();
  }

  /** The federation itself. */
  Federation federation() {
    return federation;
  }

  /** The folder of a job's artifacts. */
  Path artifacts(String job) {
    return folder.resolve("store/roundhouse/default").resolve(job);
  }

  @Override
  public void close() {
    federation.close();
    service.close();
    server.end().run();
  }
}
