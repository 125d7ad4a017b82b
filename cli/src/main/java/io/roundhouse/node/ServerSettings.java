package io.roundhouse.node;

import static java.util.Objects.requireNonNull;

import io.roundhouse.aggregation.KernelChoice;
import io.roundhouse.domain.Text;
import io.roundhouse.spec.Problem;
import io.roundhouse.spec.Section;
import io.roundhouse.storage.StoreConfig;
import io.roundhouse.yaml.YamlException;
import io.roundhouse.yaml.YamlFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code local/server.yml} of a server's kit: where its services are and what it does.
 *
 * @param temporal where Temporal is
 * @param store where artifacts are
 * @param listen the gateway's {@code address:port}
 * @param direct whether sites and operators get artifacts from the store itself, by presigned URLs
 * @param sealing file with the key that seals task tokens, shared by all gateways of a federation
 * @param management {@code address:port} of health and metrics
 * @param kernel what aggregates
 * @param enrolment whether the gateway lets those without a certificate ask for one, by token
 * @param authority where the federation's certificate authority is, if it works here
 * @param parts what this process does
 */
public record ServerSettings(
    Temporal temporal,
    StoreConfig store,
    String listen,
    boolean direct,
    Path sealing,
    String management,
    KernelChoice kernel,
    boolean enrolment,
    Optional<Authority> authority,
    Set<Part> parts) {
  private static final YamlFile.Kind KIND =
      new YamlFile.Kind("server's settings", "roundhouse provision");

  /** What a server's process can do; all by default, {@code CA} where there is an authority. */
  public enum Part {
    WORKFLOWS,
    AGGREGATION,
    MODEL,
    GATEWAY,
    CA;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The certificate authority.
   *
   * @param workspace folder of federations, as {@code roundhouse provision} has made it
   * @param passphraseFile its first line opens the authority's key; else the environment has it
   */
  public record Authority(Path workspace, Optional<Path> passphraseFile) {
    public Authority {
      requireNonNull(workspace, "workspace is null");
      requireNonNull(passphraseFile, "passphraseFile is null");
    }
  }

  /**
   * Where Temporal is.
   *
   * @param address {@code host:port}
   * @param namespace of it
   * @param tls certificates; empty for a connection in the clear, which loopback only should be
   */
  public record Temporal(String address, String namespace, Optional<Tls> tls) {
    public Temporal {
      requireNonNull(address, "address is null");
      requireNonNull(namespace, "namespace is null");
      requireNonNull(tls, "tls is null");
    }
  }

  /**
   * PEM files.
   *
   * @param serverName in the server's certificate, if it is not the address's
   */
  public record Tls(Path certificate, Path key, Path authority, Optional<String> serverName) {
    public Tls {
      requireNonNull(certificate, "certificate is null");
      requireNonNull(key, "key is null");
      requireNonNull(authority, "authority is null");
      requireNonNull(serverName, "serverName is null");
    }
  }

  public ServerSettings {
    requireNonNull(temporal, "temporal is null");
    requireNonNull(store, "store is null");
    requireNonNull(listen, "listen is null");
    requireNonNull(sealing, "sealing is null");
    requireNonNull(management, "management is null");
    requireNonNull(kernel, "kernel is null");
    requireNonNull(authority, "authority is null");
    parts = Set.copyOf(parts);
  }

  /** The parts in words, separated by commas. */
  public String work() {
    return parts.stream().sorted().map(Part::word).collect(Collectors.joining(", "));
  }

  /**
   * Reads them.
   *
   * @throws YamlException with every problem
   */
  public static ServerSettings read(Path file) {
    YamlFile yaml = YamlFile.read(file, KIND);
    Section root = Section.root(yaml.tree());
    Optional<ServerSettings> settings = read(root, yaml.folder());
    List<Problem> problems = root.problems();
    if (!problems.isEmpty()) {
      throw new YamlException(yaml.locate(problems));
    }
    return settings.orElseThrow();
  }

  private static Optional<ServerSettings> read(Section root, Path folder) {
    Temporal temporal = temporal(root.section("temporal"), folder);
    Optional<StoreConfig> store = store(root.section("store"), folder);
    Section gateway = root.section("gateway");
    String listen = address(gateway, "listen", "0.0.0.0:8443");
    boolean direct = gateway.choice("artifacts", Map.of("relay", false, "direct", true), false);
    Path sealing = folder.resolve(gateway.text("sealingKey", "sealing.key"));
    boolean enrolment = gateway.flag("enrolment", true);
    String management = address(root, "management", "127.0.0.1:9090");
    KernelChoice kernel =
        root.choice(
            "kernel",
            Map.of(
                "auto",
                KernelChoice.AUTO,
                "java",
                KernelChoice.JAVA,
                "opencl",
                KernelChoice.OPENCL),
            KernelChoice.AUTO);
    Optional<Authority> authority = authority(root, folder);
    Set<Part> parts = parts(root, authority.isPresent());
    return store.map(
        at ->
            new ServerSettings(
                temporal,
                at,
                listen,
                direct,
                sealing,
                management,
                kernel,
                enrolment,
                authority,
                parts));
  }

  private static Optional<Authority> authority(Section root, Path folder) {
    if (!root.has("ca")) {
      root.ignore("ca");
      return Optional.empty();
    }
    Section ca = root.section("ca");
    return Optional.of(
        new Authority(
            folder.resolve(ca.text("workspace")),
            ca.optionalText("passphraseFile").map(folder::resolve)));
  }

  private static Temporal temporal(Section section, Path folder) {
    String address = address(section, "address", "127.0.0.1:7233");
    String namespace = section.text("namespace", "default");
    if (!section.has("tls")) {
      section.ignore("tls");
      return new Temporal(address, namespace, Optional.empty());
    }
    Section tls = section.section("tls");
    return new Temporal(
        address,
        namespace,
        Optional.of(
            new Tls(
                folder.resolve(tls.text("certificate")),
                folder.resolve(tls.text("key")),
                folder.resolve(tls.text("authority")),
                tls.optionalText("serverName"))));
  }

  private static Optional<StoreConfig> store(Section section, Path folder) {
    String endpoint = section.text("endpoint");
    String region = section.text("region", "eu-central-1");
    String bucket = section.text("bucket", "roundhouse");
    Map<String, String> keys = StoreKeys.read(section, folder);
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new StoreConfig(
              URI.create(endpoint),
              region,
              bucket,
              keys.getOrDefault(StoreKeys.ACCESS, ""),
              keys.getOrDefault(StoreKeys.SECRET, "")));
    } catch (IllegalArgumentException e) {
      if (section.has("endpoint")) {
        section.problem("endpoint", String.valueOf(e.getMessage()));
      }
      return Optional.empty();
    }
  }

  private static Set<Part> parts(Section root, boolean authority) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    Map<String, Part> names = new TreeMap<>();
    for (Part part : Part.values()) {
      names.put(part.word(), part);
    }
    for (String name : root.texts("parts")) {
      Part part = names.get(name);
      if (part == null) {
        root.problem(
            "parts", "must be " + Text.choices(names.keySet()) + ", not " + Text.quote(name));
      } else {
        parts.add(part);
      }
    }
    if (parts.contains(Part.CA) && !authority) {
      root.problem(
          "parts",
          "must not have ca without a section ca, perhaps you should write ca: {workspace: FOLDER}");
    }
    if (parts.isEmpty()) {
      return authority ? EnumSet.allOf(Part.class) : EnumSet.complementOf(EnumSet.of(Part.CA));
    }
    return parts;
  }

  private static String address(Section section, String key, String absent) {
    String text = section.text(key, absent);
    if (!text.matches("([\\w.-]+|\\[[0-9a-fA-F:.]+]):[0-9]{1,5}")) {
      section.problem(
          key,
          "must be a host and a port, not "
              + Text.quote(text)
              + ", perhaps you should write "
              + absent);
      return absent;
    }
    return text;
  }
}
