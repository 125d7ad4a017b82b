package io.roundhouse.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.domain.Role;
import io.roundhouse.kit.Address;
import io.roundhouse.yaml.YamlException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FederationReaderTest {
  private static FederationSpec read(String text) {
    return FederationReader.parse(Path.of("federation.yml"), text);
  }

  private static List<String> problems(String text) {
    YamlException refused = catchThrowableOfType(YamlException.class, () -> read(text));
    assertThat(refused).as("nothing wrong was found").isNotNull();
    return refused.problems();
  }

  @Test
  void fillsInTheDefaults() {
    FederationSpec spec =
        read(
            """
            name: demo
            organisations: [lab]
            servers: {central: {addresses: [10.0.0.1]}}
            sites: {berlin: , paris: {enrolls: true}}
            """);

    assertThat(spec.validity()).isEqualTo(Validity.USUAL);
    assertThat(spec.members())
        .containsExactly(
            new MemberSpec.Server(
                "central",
                "lab",
                Optional.empty(),
                List.of(new Address("10.0.0.1", 8443)),
                new ServerSettings(
                    new Address("0.0.0.0", 8443),
                    new Address("127.0.0.1", 9090),
                    new Address("127.0.0.1", 7233),
                    "default",
                    "http://127.0.0.1:8333",
                    "eu-central-1",
                    "roundhouse",
                    "relay")),
            new MemberSpec.Site("berlin", "lab", Optional.empty(), false),
            new MemberSpec.Site("paris", "lab", Optional.empty(), true));
    assertThat(spec.studies()).isEmpty();
  }

  @Test
  void readsEveryKey() {
    FederationSpec spec =
        read(
            """
            apiVersion: roundhouse/v1
            kind: Federation
            name: demo
            organisations: [lab, clinic]
            validity: {root: 100d, issuing: 50d, members: 10d}
            servers:
              central:
                organisation: lab
                validity: 20d
                addresses: ["fl.example.org:443", "[::1]:444"]
                listen: "10.0.0.1:445"
                management: "127.0.0.1:446"
                artifacts: direct
                temporal: {address: "t.example.org:447", namespace: fl}
                store: {endpoint: "https://s3.example.org", region: r, bucket: b-1}
            sites:
              berlin: {organisation: clinic, validity: 5d}
            operators:
              eve: {organisation: lab, role: project_admin, validity: 6d, enrolls: true}
            studies:
              heart: {sites: [berlin], operators: [eve]}
            """);

    assertThat(spec.validity())
        .isEqualTo(new Validity(Duration.ofDays(100), Duration.ofDays(50), Duration.ofDays(10)));
    assertThat(spec.member("central").orElseThrow())
        .isEqualTo(
            new MemberSpec.Server(
                "central",
                "lab",
                Optional.of(Duration.ofDays(20)),
                List.of(new Address("fl.example.org", 443), new Address("::1", 444)),
                new ServerSettings(
                    new Address("10.0.0.1", 445),
                    new Address("127.0.0.1", 446),
                    new Address("t.example.org", 447),
                    "fl",
                    "https://s3.example.org",
                    "r",
                    "b-1",
                    "direct")));
    assertThat(spec.member("eve").orElseThrow())
        .isEqualTo(
            new MemberSpec.Operator(
                "eve", "lab", Optional.of(Duration.ofDays(6)), Role.PROJECT_ADMIN, true));
    assertThat(spec.gateways()).hasSize(2);
    assertThat(spec.studiesOf("berlin")).containsExactly("heart");
    assertThat(spec.studiesOf("eve")).containsExactly("heart");
    assertThat(spec.studiesOf("central")).isEmpty();
  }

  @Test
  void listsEveryProblemWithItsPlace() {
    assertThat(
            problems(
                """
                name: Demo
                organisations: [lab, lab, The Clinic]
                serverz: {}
                servers:
                  central:
                    organisation: lap
                    addresses: ["*.example.org", "10.0.0.1:99999"]
                    artifacts: relai
                    store: {endpoint: "ftp://x"}
                sites:
                  Berlin: {organisation: lab}
                  central: {organisation: lab}
                  paris: {organisation: lab, validity: 1s}
                operators:
                  eve: {organisation: lab, role: leed}
                  max: {organisation: lab}
                studies:
                  heart: {sites: [pari]}
                """))
        .containsExactly(
            "federation.yml:1:1: name: must be 1 to 63 lower-case letters, digits and inner dashes,"
                + " not 'Demo'",
            "federation.yml:2:1: organisations: has lab twice",
            "federation.yml:2:1: organisations: must be 1 to 63 lower-case letters, digits and"
                + " inner dashes, not 'The Clinic'",
            "federation.yml:3:1: serverz: is not a known key, perhaps you should write servers",
            "federation.yml:6:5: servers.central.organisation: must be lab, not 'lap', perhaps you"
                + " should write lab",
            "federation.yml:7:5: servers.central.addresses: not a host: '*.example.org', perhaps"
                + " you should write a DNS name or an IP address without wildcards",
            "federation.yml:7:5: servers.central.addresses: not a port from 1 to 65535: 99999",
            "federation.yml:8:5: servers.central.artifacts: must be direct or relay, not 'relai',"
                + " perhaps you should write relay",
            "federation.yml:9:13: servers.central.store.endpoint: must be http://host:port or"
                + " https://host, not 'ftp://x'",
            "federation.yml:11:3: sites.Berlin: the name must be 1 to 63 lower-case letters, digits"
                + " and inner dashes",
            "federation.yml:12:3: sites.central: is the name of another member too, perhaps you"
                + " should give one another name",
            "federation.yml:13:30: sites.paris.validity: must be from 5m to 36500d, not '1s'",
            "federation.yml:15:28: operators.eve.role: must be lead, member, org_admin or"
                + " project_admin, not 'leed', perhaps you should write lead",
            "federation.yml:16:3: operators.max.role: is missing",
            "federation.yml:18:11: studies.heart.sites: 'pari' is none of the federation's sites,"
                + " perhaps you should write paris");
  }

  @Test
  void asksForServersAddressesAndOrganisations() {
    assertThat(problems("name: demo\nservers: {central: }\n"))
        .containsExactlyInAnyOrder(
            "federation.yml: organisations: is missing or empty, perhaps you should write"
                + " organisations: [mine]",
            "federation.yml:2:11: servers.central.organisation: is missing",
            "federation.yml:2:11: servers.central.addresses: is missing or empty, perhaps you"
                + " should write addresses: [192.168.1.10:8443]");
    assertThat(problems("name: demo\norganisations: [a]\n"))
        .containsExactly(
            "federation.yml: servers: is empty, perhaps you should add one with its addresses");
  }
}
