package io.roundhouse.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.SiteName;
import io.roundhouse.kit.PrivateFiles;
import io.roundhouse.policy.ProgramBinding;
import io.roundhouse.provisioning.Delivery;
import io.roundhouse.provisioning.FederationFile;
import io.roundhouse.provisioning.Passphrase;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.provisioning.Workspace;
import io.roundhouse.services.LocalStore;
import io.roundhouse.simulation.SimulatedData;
import io.roundhouse.storage.StoreConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kits of a federation on one machine, made by the same provisioning as any other, and the data
 * of its sites: what a simulation would give them.
 *
 * @param folder where everything is
 * @param direct whether artifacts come from the store itself
 */
record LocalFederation(Path folder, boolean direct) {
  private static final String NAME = "local";
  static final String SERVER = "central";
  static final String OPERATOR = "you";
  private static final int SECRET_BYTES = 24;

  LocalFederation {
    folder = folder.toAbsolutePath().normalize();
  }

  /** Where it can be reached. */
  record Ports(int gateway, int management) {}

  /** Whether it was made before. */
  boolean exists() {
    return Files.exists(kits());
  }

  /** The kit of a member. */
  Path kit(String member) {
    return kits().resolve(member);
  }

  private Path kits() {
    return folder.resolve("workspace").resolve(NAME).resolve("kits-0001");
  }

  /** Sites that it was made with. */
  Set<String> sites() {
    try (Stream<Path> kits = Files.list(kits())) {
      return kits.map(kit -> requireNonNull(kit.getFileName()).toString())
          .filter(name -> !Set.of(SERVER, OPERATOR).contains(name))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The keys of the store, made when they are first asked for. */
  LocalStore.Credentials credentials() {
    return new LocalStore.Credentials("roundhouse", secret("store.secret"));
  }

  /** Makes the authority and all kits. */
  void provision(Iterable<SiteName> sites, Ports ports) {
    FederationFile file = FederationFile.parse(federation(sites, ports));
    secret("passphrase");
    Path passphrase = folder.resolve("passphrase");
    try (Provisioner provisioner =
        Provisioner.create(
            Workspace.of(folder.resolve("workspace"), NAME),
            file.spec().validity(),
            Passphrase.read(passphrase),
            Passphrase.read(passphrase),
            Clock.systemUTC())) {
      provisioner.provision(file, new Delivery.Folders(), false);
    }
  }

  private static String federation(Iterable<SiteName> sites, Ports ports) {
    StringBuilder text =
        new StringBuilder(
            """
            apiVersion: roundhouse/v1
            kind: Federation
            name: %s
            organisations: [here]
            servers:
              %s: {addresses: ["127.0.0.1:%d"]}
            operators:
              %s: {role: project_admin}
            sites:
            """
                .formatted(NAME, SERVER, ports.gateway(), OPERATOR));
    sites.forEach(site -> text.append("  ").append(site).append(": {}\n"));
    return text.toString();
  }

  /** Tells the server where its services are; again at every start, as ports may differ. */
  void configure(String temporal, StoreConfig store, Ports ports) {
    Path local = kit(SERVER).resolve("local");
    write(
        local.resolve("server.yml"),
        """
        # Written by `roundhouse up` at every start.
        temporal: {address: "%s"}
        store: {endpoint: "%s", bucket: %s, region: %s}
        gateway: {listen: "127.0.0.1:%d", artifacts: %s}
        management: "127.0.0.1:%d"
        """
            .formatted(
                temporal,
                store.endpoint(),
                store.bucket(),
                store.region(),
                ports.gateway(),
                direct ? "direct" : "relay",
                ports.management()));
    writePrivate(
        local.resolve("store.keys"),
        "accessKey: %s\nsecretKey: %s\n".formatted(store.accessKey(), store.secretKey()));
  }

  /** Gives each site, and the server, the rows that a simulation would give them. */
  void share(String name, SimulatedData data) {
    data.sites()
        .forEach(
            (site, rows) -> {
              Path local = kit(site.value()).resolve("local");
              RowFile.write(rows, name, local);
              allow(data.programs(), local);
            });
    RowFile.write(data.server(), name, kit(SERVER).resolve("local"));
  }

  private static void allow(SortedMap<String, ProgramBinding> programs, Path local) {
    if (programs.isEmpty()) {
      return;
    }
    StringBuilder text =
        new StringBuilder("apiVersion: roundhouse/v1\nkind: SitePolicy\nallow:\n  programs:\n");
    for (Map.Entry<String, ProgramBinding> program : programs.entrySet()) {
      text.append("    ").append(program.getKey()).append(": {command: [");
      text.append(
          program.getValue().command().stream()
              .map(argument -> '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
              .collect(Collectors.joining(", ")));
      text.append("]}\n");
    }
    write(local.resolve("policy.yml"), text.toString());
  }

  private String secret(String name) {
    Path file = folder.resolve(name);
    try {
      if (!Files.exists(file)) {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        PrivateFiles.folder(folder);
        writePrivate(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
      }
      return Files.readString(file, UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writePrivate(Path file, String text) {
    try {
      PrivateFiles.replace(file, text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
