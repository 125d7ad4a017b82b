package io.roundhouse.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.kit.Kit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody is told about a kit whose gateway nobody runs. */
class PreflightTest {
  private SmallFederation federation;
  private Kit site;

  @BeforeEach
  void provision(@TempDir Path folder) {
    federation = new SmallFederation(folder);
    site = federation.kit("berlin");
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  @Test
  void aFreshSiteIsToldToBindItsDataAndThatNoGatewayIsThere() {
    assertThat(problems(site)).hasSize(2);
    assertThat(problems(site).get(0))
        .startsWith("data: no data set is bound, perhaps you should name one in ")
        .endsWith("data.yml: digits: {path: digits.csv}");
    assertThat(problems(site).get(1)).startsWith("gateway 127.0.0.1:8443: no");
  }

  @Test
  void rowsAreCountedAndFoldersLookedAt() throws IOException {
    Files.writeString(site.local().resolve("rows.csv"), "1,2,0\n3,4,1\n5,6,0\n");
    Files.createDirectories(site.local().resolve("scans"));
    Files.writeString(
        site.local().resolve("data.yml"), "rows: {path: rows.csv}\nscans: {folder: scans}\n");

    assertThat(check("data").problem()).isEmpty();
    assertThat(check("data").found()).isEqualTo("rows 3 + 0 held out, scans (a folder)");
  }

  @Test
  void aServerWithoutRowsIsToldWhatItCannotDo() throws IOException {
    Kit server = federation.kit("central");
    assertThat(check(server, "settings").problem().orElseThrow())
        .contains("store.keys', in which accessKey or secretKey is empty");
    Files.writeString(server.local().resolve("store.keys"), "accessKey: a\nsecretKey: b\n");

    assertThat(check(server, "settings").found())
        .isEqualTo("does workflows, aggregation, model, gateway");
    assertThat(check(server, "data").problem()).isEmpty();
    assertThat(check(server, "data").found())
        .isEqualTo("none, so jobs must write evaluation.central: false");
  }

  @Test
  void aPolicyWithMistakesIsNamedOnce() throws IOException {
    Files.writeString(
        LocalFiles.policy(site),
        """
        apiVersion: roundhouse/v1
        kind: SitePolicy
        allow: {trainer: [noop], projects: 5}
        """);

    List<String> named = problems(site).stream().filter(one -> one.contains("policy.yml")).toList();

    assertThat(named).hasSize(1);
    assertThat(named.get(0)).startsWith("policy: 2 problems:").contains("allow.trainer");
  }

  @Test
  void trainersAreLoadedThatThePolicyAllows() throws IOException {
    assertThat(check("trainers").found()).isEqualTo("dl4j noop");
    Files.writeString(LocalFiles.policy(site), "allow: {trainers: [program]}");
    assertThat(check("trainers").found()).isEqualTo("programs only");
  }

  private Check check(String what) {
    return check(site, what);
  }

  private static Check check(Kit kit, String what) {
    return Preflight.of(kit).stream()
        .filter(check -> check.what().equals(what))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> problems(Kit kit) {
    return Preflight.of(kit).stream()
        .flatMap(check -> check.problem().map(it -> check.what() + ": " + it).stream())
        .toList();
  }
}
