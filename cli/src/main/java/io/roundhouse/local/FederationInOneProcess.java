package io.roundhouse.local;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.roundhouse.data.Dataset;
import io.roundhouse.data.LoadedData;
import io.roundhouse.domain.SiteName;
import io.roundhouse.kit.Kit;
import io.roundhouse.operate.OnlineSites;
import io.roundhouse.services.FreePorts;
import io.roundhouse.simulation.SimulatedData;
import io.roundhouse.storage.EmbeddedStore;
import io.temporal.internal.testservice.GRPCServerHelper;
import io.temporal.internal.testservice.TestServicesStarter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;

/**
 * A server, a site and an operator from their kits in this JVM, with Temporal's in-memory server,
 * until the site is online: the classes that they need are loaded then. The nodes end with the JVM.
 */
public final class FederationInOneProcess {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final SiteName SITE = new SiteName("site");
  private static final String DATA = "row";

  private FederationInOneProcess() {}

  /**
   * Runs one.
   *
   * @param folder a new one, for everything
   * @param server the command that runs a server
   * @param site the command that runs a site
   * @throws IllegalStateException if the site does not come online
   * @throws UncheckedIOException if a port cannot be opened
   */
  public static void run(Path folder, Class<?> server, Class<?> site) {
    LocalFederation federation = new LocalFederation(folder, false);
    LocalFederation.Ports ports =
        new LocalFederation.Ports(FreePorts.near(8443), FreePorts.near(9090));
    try (TestServicesStarter services = new TestServicesStarter(true, 0);
        EmbeddedStore store = EmbeddedStore.start(folder.resolve("store"))) {
      Server temporal = listen(services);
      federation.provision(List.of(SITE), ports);
      federation.share(DATA, data());
      federation.configure("127.0.0.1:" + temporal.getPort(), store.config(), ports);
      start(server, federation.kit(LocalFederation.SERVER));
      start(site, federation.kit(SITE.value()));
      awaitSite(Kit.open(federation.kit(LocalFederation.OPERATOR)));
      temporal.shutdownNow();
    }
  }

  /** Temporal's test server listens on all interfaces if it is asked to listen itself. */
  private static Server listen(TestServicesStarter services) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    GRPCServerHelper.registerServicesAndHealthChecks(services.getServices(), builder);
    try {
      return builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void start(Class<?> command, Path kit) {
    Thread node =
        new Thread(
            () -> new CommandLine(command).execute("--kit", kit.toString()),
            command.getSimpleName());
    node.setDaemon(true);
    node.start();
  }

  private static void awaitSite(Kit operator) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!OnlineSites.of(operator).contains(SITE)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the site did not come online");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private static SimulatedData data() {
    Dataset row = Dataset.of(new float[1], 1, new int[1]);
    LoadedData rows = new LoadedData(row, row);
    return new SimulatedData(new TreeMap<>(Map.of(SITE, rows)), rows);
  }
}
