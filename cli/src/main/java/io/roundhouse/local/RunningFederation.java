package io.roundhouse.local;

import io.roundhouse.domain.SiteName;
import io.roundhouse.kit.Kit;
import io.roundhouse.operate.OnlineSites;
import io.roundhouse.services.FreePorts;
import io.roundhouse.services.LocalStore;
import io.roundhouse.services.LocalTemporal;
import io.roundhouse.services.Program;
import io.roundhouse.services.ServiceException;
import io.roundhouse.services.Tools;
import io.roundhouse.services.Tools.Tool;
import io.roundhouse.simulation.SimulatedData;
import io.roundhouse.storage.StoreConfig;
import io.roundhouse.terminal.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The processes of a federation on one machine, until this is closed. */
final class RunningFederation implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long POLL_MILLIS = 200;

  private final LocalFederation federation;
  private final Consumer<String> news;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final List<Keeper> keepers = new ArrayList<>();
  private final SortedSet<SiteName> sites;
  private final boolean together;
  private LocalFederation.Ports ports;
  private final Services services;
  private String temporal;
  private String ui = "not started by this command";
  private Optional<StoreConfig> store;
  private Optional<Keeper> server = Optional.empty();
  private final List<Keeper> siteProcesses = new ArrayList<>();
  private final Thread end = new Thread(this::closeProcesses, "end-of-the-federation");
  private boolean closed;

  private RunningFederation(
      LocalFederation federation,
      SortedSet<SiteName> sites,
      boolean together,
      Services services,
      Consumer<String> news) {
    this.federation = federation;
    this.together = together;
    this.services = services;
    this.temporal = services.temporal().orElse("");
    this.store = services.store();
    this.sites = sites;
    this.news = news;
    this.ports = new LocalFederation.Ports(FreePorts.near(8443), FreePorts.near(9090));
  }

  /**
   * Starts everything and waits until all sites are online. Whatever ends this JVM ends the
   * processes too, but for a kill -9.
   *
   * @param home where the software is
   * @param name of the data set
   * @param together whether all sites are in one process
   * @param services those that run already are used, the others started
   * @param news is told what happens
   * @throws ServiceException if a service does not come up
   * @throws Failure if the folder holds a federation of other sites
   */
  static RunningFederation start(
      LocalFederation federation,
      Path home,
      String name,
      SimulatedData data,
      boolean together,
      Services services,
      Consumer<String> news) {
    RunningFederation running =
        new RunningFederation(
            federation, new TreeSet<>(data.sites().keySet()), together, services, news);
    Runtime.getRuntime().addShutdownHook(running.end);
    try {
      running.begin(home, name, data);
      return running;
    } catch (RuntimeException e) {
      running.close();
      throw e;
    }
  }

  private void begin(Path home, String name, SimulatedData data) {
    startServices(home);
    news.accept("making certificates and kits, and sharing the rows");
    provision();
    federation.share(name, data);
    federation.configure(temporal, storeConfig(), ports);
    news.accept("starting the server and " + sites.size() + " sites, logs in " + logs());
    server = Optional.of(keep(() -> member(home, "server", LocalFederation.SERVER, storeKeys())));
    if (together) {
      siteProcesses.add(keep(() -> crowd(home)));
    } else {
      sites.forEach(
          site -> siteProcesses.add(keep(() -> member(home, "site", site.value(), Map.of()))));
    }
    awaitSites();
  }

  /** Those that do not run already. */
  private void startServices(Path home) {
    Path folder = federation.folder();
    Map<Tool, Path> tools =
        Tools.findOrInstall(
            services.needed(), folder.resolve("tools"), home.resolve(".tools"), news);
    if (!tools.isEmpty()) {
      news.accept("starting " + services.names());
    }
    Path cli = tools.get(Tool.TEMPORAL);
    if (cli != null) {
      LocalTemporal.Listeners ports = LocalTemporal.Listeners.free();
      keep(
          () -> {
            LocalTemporal started = LocalTemporal.start(cli, folder.resolve("temporal"), ports);
            temporal = started.address();
            ui = started.ui().toString();
            return started.program();
          });
    }
    Path weed = tools.get(Tool.WEED);
    if (weed != null) {
      LocalStore.Listeners ports = LocalStore.Listeners.free();
      keep(
          () -> {
            LocalStore started =
                LocalStore.start(weed, folder.resolve("store"), ports, federation.credentials());
            store = Optional.of(started.config());
            return started.program();
          });
    }
  }

  private void provision() {
    if (!federation.exists()) {
      federation.provision(sites, ports);
      return;
    }
    Set<String> names = sites.stream().map(SiteName::value).collect(Collectors.toSet());
    if (!federation.sites().equals(names)) {
      throw Failure.badInput(
          "the federation in "
              + federation.folder()
              + " has the sites "
              + federation.sites()
              + ", not "
              + new TreeSet<>(names)
              + ", perhaps you should name another --folder, or delete that one");
    }
    int gateway = kit().gateways().get(0).port();
    ports = new LocalFederation.Ports(gateway, ports.management());
  }

  /** The same as in the server's kit: whatever else is in this process's environment is not it. */
  private Map<String, String> storeKeys() {
    StoreConfig config = storeConfig();
    return Map.of(
        StoreConfig.ACCESS_KEY_VARIABLE,
        config.accessKey(),
        StoreConfig.SECRET_KEY_VARIABLE,
        config.secretKey());
  }

  private Program member(Path home, String kind, String name, Map<String, String> environment) {
    Path kit = federation.kit(name);
    return Program.start(
        kind + " " + name,
        List.of(home.resolve("roundhouse").toString(), kind, "--kit", kit.toString()),
        environment,
        logs().resolve(name + ".log"));
  }

  private Program crowd(Path home) {
    Path kits = federation.kit(sites.first().value()).resolveSibling("");
    return Program.start(
        "the sites",
        List.of(
            home.resolve("roundhouse").toString(),
            "bench",
            "crowd",
            "--kits",
            kits.toString(),
            "--prefix",
            sites.first().value().substring(0, 1)),
        Map.of("ROUNDHOUSE_JAVA_OPTIONS", "-Xmx8g -Xmn1g"),
        logs().resolve("sites.log"));
  }

  private synchronized Keeper keep(Supplier<Program> starter) {
    if (closed) {
      throw new ServiceException("the federation was stopped while it started");
    }
    Keeper keeper = new Keeper(starter, news);
    parts.push(keeper);
    keepers.add(keeper);
    return keeper;
  }

  private void awaitSites() {
    long end = System.nanoTime() + PATIENCE.plusMillis(sites.size() * 500L).toNanos();
    Set<SiteName> online = Set.of();
    while (!online.containsAll(sites)) {
      if (System.nanoTime() > end) {
        Set<SiteName> missing = new TreeSet<>(sites);
        missing.removeAll(online);
        throw new ServiceException(
            missing + " did not come up, perhaps you should read the logs in " + logs());
      }
      for (Keeper keeper : keepers) {
        if (!keeper.program().isAlive()) {
          throw new ServiceException(
              keeper.program().name()
                  + " ended at once, perhaps you should read "
                  + keeper.program().log());
        }
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServiceException("interrupted", e);
      }
      online = OnlineSites.of(kit());
    }
  }

  /** Starts again what has ended. */
  void look() {
    keepers.forEach(Keeper::look);
  }

  Kit kit() {
    return Kit.open(operatorKit());
  }

  Path operatorKit() {
    return federation.kit(LocalFederation.OPERATOR);
  }

  SortedSet<SiteName> sites() {
    return sites;
  }

  String ui() {
    return ui;
  }

  StoreConfig storeConfig() {
    return store.orElseThrow();
  }

  /** Processor time of the server's process. */
  Duration serverTime() {
    return server.map(Keeper::program).map(Program::cpuTime).orElse(Duration.ZERO);
  }

  /** Resident memory of the server's process, bytes; 0 where the system does not tell. */
  long serverMemory() {
    return server.map(Keeper::program).map(Program::residentBytes).orElse(0L);
  }

  /** Likewise that of each site's. */
  long[] siteMemory() {
    return siteProcesses.stream().mapToLong(it -> it.program().residentBytes()).toArray();
  }

  String gateway() {
    return "127.0.0.1:" + ports.gateway();
  }

  Path logs() {
    return federation.folder().resolve("logs");
  }

  @Override
  public void close() {
    closeProcesses();
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException alreadyEnding) {
      news.accept("stopped");
    }
  }

  private synchronized void closeProcesses() {
    closed = true;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        news.accept("a process did not end: " + e.getMessage());
      }
    }
  }
}
