package io.roundhouse.provisioning;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Role;
import io.roundhouse.domain.Text;
import io.roundhouse.kit.Address;
import io.roundhouse.spec.Problem;
import io.roundhouse.spec.Section;
import io.roundhouse.yaml.YamlException;
import io.roundhouse.yaml.YamlFile;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code federation.yml}, and lists everything that is wrong with it. */
public final class FederationReader {
  private static final YamlFile.Kind KIND =
      new YamlFile.Kind("federation file", "roundhouse init --federation");
  private static final String NAME_RULE =
      "must be 1 to 63 lower-case letters, digits and inner dashes";
  private static final Duration SHORTEST = Duration.ofMinutes(5);
  private static final Duration LONGEST = Duration.ofDays(36_500);
  private static final Map<String, Role> ROLES =
      Stream.of(Role.values())
          .collect(Collectors.toMap(Role::toString, role -> role, (a, b) -> a, LinkedHashMap::new));
  private static final Map<String, String> ARTIFACTS =
      new TreeMap<>(Map.of("relay", "relay", "direct", "direct"));

  private final Section root;
  private final Set<String> organisations;
  private final Set<String> names = new LinkedHashSet<>();

  private FederationReader(Section root) {
    this.root = root;
    this.organisations = new LinkedHashSet<>();
  }

  /**
   * Reads a file.
   *
   * @throws YamlException with every problem, its line and column
   */
  public static FederationSpec read(Path path) {
    return read(YamlFile.read(path, KIND));
  }

  /** Likewise, a text that is in memory; {@code path} is what messages call it. */
  public static FederationSpec parse(Path path, String text) {
    return read(YamlFile.parse(path, text, KIND));
  }

  private static FederationSpec read(YamlFile file) {
    Section root = Section.root(file.tree());
    FederationSpec spec = new FederationReader(root).federation();
    List<Problem> problems = root.problems();
    if (!problems.isEmpty()) {
      throw new YamlException(file.locate(problems));
    }
    return spec;
  }

  private FederationSpec federation() {
    root.choice("apiVersion", Map.of("roundhouse/v1", "roundhouse/v1"), "roundhouse/v1");
    root.choice("kind", Map.of("Federation", "Federation"), "Federation");
    String name = root.text("name");
    if (root.has("name") && !JobId.isLabel(name)) {
      root.problem("name", NAME_RULE + ", not " + Text.quote(name));
    }
    readOrganisations();
    Section lifetimes = root.section("validity");
    Validity validity =
        new Validity(
            lifetime(lifetimes, "root", Validity.USUAL.root()),
            lifetime(lifetimes, "issuing", Validity.USUAL.issuing()),
            lifetime(lifetimes, "members", Validity.USUAL.members()));
    List<MemberSpec> members = new ArrayList<>(members("servers", this::server));
    if (members.isEmpty()) {
      root.problem("servers", "is empty, perhaps you should add one with its addresses");
    }
    members.addAll(members("sites", this::site));
    members.addAll(members("operators", this::operator));
    return new FederationSpec(
        name, List.copyOf(organisations), validity, members, studies(members));
  }

  private void readOrganisations() {
    List<String> named = root.texts("organisations");
    if (named.isEmpty()) {
      root.problem(
          "organisations", "is missing or empty, perhaps you should write organisations: [mine]");
    }
    for (String organisation : named) {
      if (!JobId.isLabel(organisation)) {
        root.problem("organisations", NAME_RULE + ", not " + Text.quote(organisation));
      } else if (!organisations.add(organisation)) {
        root.problem("organisations", "has " + organisation + " twice");
      }
    }
  }

  private static Duration lifetime(Section section, String key, Duration usual) {
    return section.duration(key, usual, SHORTEST, LONGEST);
  }

  /** Reads one entry. */
  private interface Entry {
    Optional<MemberSpec> read(String name, String organisation, Section section);
  }

  private List<MemberSpec> members(String key, Entry entry) {
    Section section = root.section(key);
    List<MemberSpec> members = new ArrayList<>();
    for (String name : section.keys()) {
      Section own = section.section(name);
      if (!JobId.isLabel(name)) {
        section.problem(name, "the name " + NAME_RULE);
      } else if (!names.add(name)) {
        section.problem(
            name, "is the name of another member too, perhaps you should give one another name");
      }
      entry.read(name, organisation(own), own).ifPresent(members::add);
    }
    return members;
  }

  /** The only one need not be named. */
  private String organisation(Section section) {
    if (!section.has("organisation") && organisations.size() == 1) {
      section.ignore("organisation");
      return organisations.iterator().next();
    }
    String organisation = section.text("organisation");
    if (section.has("organisation") && !organisations.contains(organisation)) {
      section.unknownChoice("organisation", organisations);
    }
    return organisation;
  }

  private static Optional<Duration> validity(Section section) {
    return section.has("validity")
        ? Optional.of(lifetime(section, "validity", Validity.USUAL.members()))
        : ignored(section, "validity");
  }

  private static <T> Optional<T> ignored(Section section, String key) {
    section.ignore(key);
    return Optional.empty();
  }

  private Optional<MemberSpec> server(String name, String organisation, Section section) {
    List<Address> addresses = new ArrayList<>();
    List<String> texts = section.texts("addresses");
    for (String text : texts) {
      address(section, "addresses", text).ifPresent(addresses::add);
    }
    if (texts.isEmpty()) {
      section.problem(
          "addresses",
          "is missing or empty, perhaps you should write addresses: [192.168.1.10:8443]");
    }
    int port = addresses.isEmpty() ? Address.DEFAULT_PORT : addresses.get(0).port();
    Section temporal = section.section("temporal");
    Section store = section.section("store");
    String endpoint = store.text("endpoint", "http://127.0.0.1:8333");
    if (!isEndpoint(endpoint)) {
      store.problem(
          "endpoint",
          "must be http://host:port or https://host, not "
              + Text.quote(endpoint.contains("@") ? "…" : endpoint));
    }
    ServerSettings settings =
        new ServerSettings(
            address(section, "listen", new Address("0.0.0.0", port)),
            address(section, "management", new Address("127.0.0.1", 9090)),
            address(temporal, "address", new Address("127.0.0.1", 7233)),
            temporal.text("namespace", "default"),
            endpoint,
            store.text("region", "eu-central-1"),
            store.text("bucket", "roundhouse"),
            section.choice("artifacts", ARTIFACTS, "relay"));
    return Optional.of(
        new MemberSpec.Server(name, organisation, validity(section), addresses, settings));
  }

  private Optional<MemberSpec> site(String name, String organisation, Section section) {
    return Optional.of(
        new MemberSpec.Site(name, organisation, validity(section), section.flag("enrolls", false)));
  }

  private Optional<MemberSpec> operator(String name, String organisation, Section section) {
    if (!section.has("role")) {
      section.text("role");
      return Optional.empty();
    }
    return Optional.of(
        new MemberSpec.Operator(
            name,
            organisation,
            validity(section),
            section.choice("role", ROLES, Role.MEMBER),
            section.flag("enrolls", false)));
  }

  private List<Study> studies(List<MemberSpec> members) {
    Section section = root.section("studies");
    List<Study> studies = new ArrayList<>();
    for (String name : section.keys()) {
      Section own = section.section(name);
      if (!JobId.isLabel(name)) {
        section.problem(name, "the name " + NAME_RULE);
      }
      List<String> all = new ArrayList<>();
      all.addAll(named(own, "sites", members, MemberSpec.Site.class));
      all.addAll(named(own, "operators", members, MemberSpec.Operator.class));
      studies.add(new Study(name, all));
    }
    return studies;
  }

  private static List<String> named(
      Section section, String key, List<MemberSpec> members, Class<? extends MemberSpec> kind) {
    List<String> known = members.stream().filter(kind::isInstance).map(MemberSpec::name).toList();
    List<String> texts = section.texts(key);
    for (String text : texts) {
      if (!known.contains(text)) {
        section.problem(
            key,
            Text.quote(text)
                + " is none of the federation's "
                + key
                + Text.nearest(text, known)
                    .map(near -> ", perhaps you should write " + near)
                    .orElse(""));
      }
    }
    return texts;
  }

  private static Address address(Section section, String key, Address usual) {
    return address(section, key, section.text(key, usual.toString())).orElse(usual);
  }

  private static Optional<Address> address(Section section, String key, String text) {
    try {
      return Optional.of(Address.parse(text));
    } catch (IllegalArgumentException e) {
      section.problem(key, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static boolean isEndpoint(String text) {
    try {
      URI uri = new URI(text);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && (uri.getPath().isEmpty() || uri.getPath().equals("/"));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
