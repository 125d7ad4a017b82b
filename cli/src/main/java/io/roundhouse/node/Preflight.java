package io.roundhouse.node;

import static java.lang.String.format;

import io.roundhouse.connection.Connection;
import io.roundhouse.connection.ConnectionException;
import io.roundhouse.connection.KitConnection;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.connection.SearchAttributes;
import io.roundhouse.data.DataBinding;
import io.roundhouse.data.LoadedData;
import io.roundhouse.gateway.SealingKeys;
import io.roundhouse.kit.Address;
import io.roundhouse.kit.Kit;
import io.roundhouse.policy.SitePolicy;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.Units;
import io.roundhouse.training.EngineUnavailableException;
import io.roundhouse.training.Engines;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Looks whether a kit could run here, and what is to be done if not. */
final class Preflight {
  private static final Duration SOON = Duration.ofDays(14);
  private static final long LITTLE_SPACE = 1L << 30;
  private static final int PATIENCE_MILLIS = 5_000;

  private final Kit kit;
  private final List<Check> checks = new ArrayList<>();

  private Preflight(Kit kit) {
    this.kit = kit;
  }

  /** All looks at a kit, in the order in which they depend on each other. */
  static List<Check> of(Kit kit) {
    Preflight preflight = new Preflight(kit);
    preflight.common();
    switch (kit.identity().kind()) {
      case SERVER -> preflight.server();
      case SITE -> preflight.site();
      case OPERATOR -> preflight.gateways();
    }
    return List.copyOf(preflight.checks);
  }

  /** Whether all is well. */
  private boolean look(String what, Callable<String> how) {
    Check check = Check.of(what, how);
    checks.add(check);
    return check.problem().isEmpty();
  }

  private void common() {
    look(
        "kit",
        () ->
            format(
                "%s %s of %s, federation %s, unchanged since it was signed",
                kit.identity().kind().name().toLowerCase(Locale.ROOT),
                kit.identity().name(),
                kit.identity().organisation(),
                kit.identity().federation()));
    look("certificate", this::certificate);
    look("revocation", this::revocation);
    look("disk", this::disk);
  }

  private String certificate() {
    Duration left = Duration.between(Instant.now(), kit.validUntil());
    if (left.compareTo(SOON) < 0) {
      throw Failure.badInput(
          "it ends in "
              + left.toDays()
              + " days, perhaps you should ask the project admin for `provision renew "
              + kit.identity().name()
              + "`");
    }
    return "valid for " + left.toDays() + " days";
  }

  private String revocation() {
    if (kit.revocations().get().since(kit.chain()).isPresent()) {
      throw Failure.badInput(
          "this kit is revoked, perhaps you should ask the project admin for a new one");
    }
    return "not on the list that is here";
  }

  private String disk() throws IOException {
    Path run = SiteNode.run(kit);
    Path probe = Files.createTempFile(run, "preflight", "");
    Files.delete(probe);
    long free = Files.getFileStore(run).getUsableSpace();
    if (free < LITTLE_SPACE) {
      throw Failure.badInput(
          "only "
              + Units.bytes(free)
              + " are free in "
              + run
              + ", perhaps you should make room: each model is kept there while it is used");
    }
    return Units.bytes(free) + " free in " + run;
  }

  private void site() {
    if (look("policy", this::policy)) {
      look("trainers", this::trainers);
    }
    look("data", this::data);
    gateways();
  }

  private String policy() {
    SitePolicy policy = LocalFiles.readPolicy(LocalFiles.policy(kit));
    return format(
        Locale.ROOT,
        "%d tasks at once, programs: %s",
        policy.slots().tasks(),
        policy.programs().isEmpty() ? "none" : String.join(" ", policy.programs().keySet()));
  }

  /** Loads the libraries of those that the policy allows. */
  private String trainers() {
    SitePolicy policy = LocalFiles.readPolicy(LocalFiles.policy(kit));
    List<String> engines =
        Engines.names().stream()
            .filter(name -> policy.trainers().map(all -> all.contains(name)).orElse(true))
            .toList();
    try {
      engines.forEach(name -> Engines.named(name).requireAvailable());
    } catch (EngineUnavailableException e) {
      throw Failure.badInput(
          e.getMessage() + "; or leave the trainer out of allow.trainers in the policy");
    }
    return engines.isEmpty() ? "programs only" : String.join(" ", engines);
  }

  private String data() {
    Map<String, DataBinding> bindings = LocalFiles.data(kit);
    if (bindings.isEmpty()) {
      throw Failure.badInput(
          "no data set is bound, perhaps you should name one in "
              + kit.local().resolve("data.yml")
              + ": digits: {path: digits.csv}");
    }
    List<String> found = new ArrayList<>();
    bindings.forEach((name, binding) -> found.add(name + " " + rows(name, binding)));
    return String.join(", ", found);
  }

  /** The rows that the server judges models with, without which it can do all else. */
  private String judged() {
    return LocalFiles.data(kit).isEmpty()
        ? "none, so jobs must write evaluation.central: false"
        : data();
  }

  private static String rows(String name, DataBinding binding) {
    try {
      if (binding instanceof DataBinding.Folder folder) {
        folder.requireReadable();
        return "(a folder)";
      }
      LoadedData rows = binding.load();
      return format(Locale.ROOT, "%d + %d held out", rows.train().size(), rows.test().size());
    } catch (RuntimeException e) {
      throw Failure.badInput(name + ": " + e.getMessage());
    }
  }

  private void gateways() {
    for (Address gateway : kit.gateways()) {
      look("gateway " + gateway, () -> shakeHands(gateway));
    }
    if (checks.stream().allMatch(check -> check.problem().isEmpty())) {
      look(
          "tasks",
          () -> {
            KitConnection.forCommand(kit).close();
            return "Temporal answers through the gateway";
          });
    }
  }

  private String shakeHands(Address gateway) throws IOException {
    try (SSLSocket socket = (SSLSocket) kit.sslContext().getSocketFactory().createSocket()) {
      socket.connect(new InetSocketAddress(gateway.host(), gateway.port()), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket.getSession().getProtocol() + ", its certificate is the federation's";
    } catch (SSLException e) {
      throw Failure.badInput(
          "no secure connection ("
              + e.getMessage()
              + "), perhaps something between you and the gateway opens TLS, or the kit is another"
              + " federation's");
    } catch (IOException e) {
      throw Failure.badInput(
          "nobody answers ("
              + e.getMessage()
              + "), perhaps you should ask whether the server runs, and let this machine connect to"
              + " it: "
              + gateway);
    }
  }

  private void server() {
    ServerSettings settings;
    try {
      settings = ServerSettings.read(kit.local().resolve("server.yml"));
    } catch (RuntimeException e) {
      look(
          "settings",
          () -> {
            throw e;
          });
      return;
    }
    look("settings", () -> "does " + settings.work());
    look("sealing key", () -> sealingKey(settings));
    look("temporal", () -> temporal(settings));
    look("store", () -> store(settings));
    if (settings.parts().contains(ServerSettings.Part.MODEL)) {
      look("data", this::judged);
    }
    settings
        .authority()
        .filter(its -> settings.parts().contains(ServerSettings.Part.CA))
        .ifPresent(its -> look("authority", () -> authority(its)));
    look("gateway port", () -> free(settings.listen()));
    look("management port", () -> free(settings.management()));
  }

  private static String sealingKey(ServerSettings settings) {
    SealingKeys.read(settings.sealing());
    return "read from " + settings.sealing();
  }

  private static String temporal(ServerSettings settings) {
    Connection connection = ServerNode.connection(settings.temporal());
    try (OpenConnection temporal = OpenConnection.forCommand(connection)) {
      SearchAttributes.declare(temporal);
      return connection + ", search attributes are declared";
    }
  }

  private String authority(ServerSettings.Authority settings) {
    try (Provisioner provisioner = AuthorityWorker.authority(settings, kit)) {
      return "its key is in " + provisioner.workspace().folder();
    }
  }

  private static String store(ServerSettings settings) {
    try (ArtifactStore store = ArtifactStore.connect(settings.store())) {
      String path = "_federation/preflight/" + UUID.randomUUID();
      byte[] text = "preflight".getBytes(StandardCharsets.US_ASCII);
      store.putIfAbsent(path, text);
      boolean protectedObject = false;
      try {
        store.putIfAbsent(path, "another".getBytes(StandardCharsets.US_ASCII));
      } catch (RuntimeException refused) {
        protectedObject = true;
      }
      store.delete(path);
      if (!protectedObject) {
        throw new ConnectionException(
            "the store lets an object be written twice, perhaps you should use a server that"
                + " honours If-None-Match");
      }
      return settings.store().endpoint() + ", bucket " + settings.store().bucket();
    }
  }

  private static String free(String address) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(ServerNode.address(address));
      return address + " is free";
    } catch (IOException e) {
      throw Failure.badInput(
          address
              + " is taken ("
              + e.getMessage()
              + "), perhaps the server runs already: ./status.sh");
    }
  }
}
