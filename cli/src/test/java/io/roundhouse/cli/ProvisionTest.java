package io.roundhouse.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.storage.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a federation from its file to kits that work, at the prompt. */
class ProvisionTest {
  private static final String FEDERATION =
      """
      name: demo
      organisations: [lab, clinic]
      servers: {central: {organisation: lab, addresses: [10.0.0.1]}}
      sites: {berlin: {organisation: clinic}}
      operators: {eve: {organisation: lab, role: lead}}
      """;

  private final Path folder;
  private final Path file;
  private final Path workspace;
  private final Path passphrase;

  ProvisionTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    file = Files.writeString(folder.resolve("federation.yml"), FEDERATION);
    workspace = folder.resolve("workspace");
    passphrase = Files.writeString(folder.resolve("passphrase"), "correct horse battery\n");
  }

  private CommandRun provision(String... arguments) {
    List<String> all = new ArrayList<>(List.of("provision"));
    all.addAll(Arrays.asList(arguments));
    all.addAll(
        List.of("--workspace", workspace.toString(), "--passphrase-file", passphrase.toString()));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private CommandRun ok(CommandRun run) {
    assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
    assertThat(run.err()).isEmpty();
    return run;
  }

  private static void refused(CommandRun run, String... texts) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).startsWith("roundhouse: ").contains(texts).doesNotContain("\tat ");
  }

  private Path kit(int number, String name) {
    return workspace.resolve("demo/kits-000" + number).resolve(name);
  }

  private static String fingerprint(CommandRun run) {
    Matcher matcher = Pattern.compile("\\b[0-9a-f]{64}\\b").matcher(run.out());
    assertThat(matcher.find()).isTrue();
    return matcher.group();
  }

  @Test
  void theAnnotatedFileProvisionsAFederation() {
    Path annotated = folder.resolve("annotated.yml");

    CommandRun init = ok(CommandRun.of("init", "--federation", annotated.toString()));
    CommandRun run = ok(provision(annotated.toString()));

    assertThat(init.out()).contains("./roundhouse provision " + annotated);
    assertThat(run.out())
        .startsWith("made the authority of federation demo in ")
        .contains("kits-0001/central", "project_admin", "Next:", "ca/root to a medium that stays");
    ok(CommandRun.of("kit", "verify", kit(1, "berlin").toString()));
  }

  @Test
  void kitsAreCheckedAtThePrompt() throws IOException {
    String fingerprint = fingerprint(ok(provision(file.toString())));
    Path berlin = kit(1, "berlin");

    CommandRun whole = ok(CommandRun.of("kit", "verify", berlin.toString()));
    assertThat(whole.out())
        .contains("is whole: site berlin of clinic in federation demo, kit 1", fingerprint);
    refused(
        CommandRun.of("kit", "verify", berlin.toString(), "--fingerprint", "00".repeat(32)),
        "the kit's root has fingerprint " + fingerprint,
        "is of another federation or was exchanged");
    assertThat(berlin.resolve("local/root.sha256")).doesNotExist();
    String withColons = fingerprint.toUpperCase(Locale.ROOT).replaceAll("..(?!$)", "$0:");
    ok(CommandRun.of("kit", "verify", berlin.toString(), "--fingerprint", withColons));
    assertThat(berlin.resolve("local/root.sha256")).hasContent(fingerprint);

    Files.writeString(berlin.resolve("start.sh"), "#!/bin/sh\nevil\n");
    refused(
        CommandRun.of("kit", "verify", berlin.toString()),
        "the kit in '" + berlin.toString().substring(0, 20),
        "start.sh: has been changed since the kit was signed, perhaps you should");
    refused(CommandRun.of("kit", "verify", folder.toString()), "kit.json: there is none");
  }

  @Test
  void aSecondRunMakesOnlyWhatIsMissing() throws IOException {
    ok(provision(file.toString()));
    Files.writeString(file, FEDERATION.replace("sites: {", "sites: {paris: {organisation: lab}, "));

    CommandRun run = ok(provision(file.toString()));

    assertThat(run.out())
        .contains("kits-0002/paris", "3 members have their kits already")
        .doesNotContain("kits-0002/berlin");
  }

  @Test
  void everyProblemOfTheFileIsListed() throws IOException {
    Files.writeString(file, FEDERATION.replace("lead", "leed").replace("clinic}", "klinic}"));

    refused(
        provision(file.toString()),
        "2 problems:",
        file + ":4:18: sites.berlin.organisation: must be lab or clinic",
        file + ":5:38: operators.eve.role: must be lead, member");
    assertThat(workspace).doesNotExist();
    refused(
        provision(folder.resolve("absent.yml").toString()),
        "there is no such file",
        "`roundhouse init --federation`");
  }

  @Test
  void passphrasesAreChecked() throws IOException {
    Path weak = Files.writeString(folder.resolve("weak"), "short\n");
    Path other = Files.writeString(folder.resolve("other"), "another passphrase\n");
    Path empty = Files.writeString(folder.resolve("empty"), "");
    for (Map.Entry<Path, String> given :
        Map.of(
                weak,
                "has 5 characters, perhaps you should take four or more random words",
                empty,
                "is empty",
                folder.resolve("absent"),
                "cannot be read")
            .entrySet()) {
      refused(
          CommandRun.of(
              "provision",
              file.toString(),
              "--workspace",
              workspace.toString(),
              "--passphrase-file",
              given.getKey().toString()),
          given.getValue());
    }
    ok(provision(file.toString()));
    refused(
        CommandRun.of(
            "provision",
            "renew",
            "berlin",
            "--workspace",
            workspace.toString(),
            "--passphrase-file",
            other.toString()),
        "the passphrase does not open");
  }

  @Test
  void zipFilesHaveTheirPasswordsShownOnce() throws IOException {
    CommandRun run = ok(provision(file.toString(), "--zip"));
    Matcher line =
        Pattern.compile("kits-0001/berlin\\.zip .* (\\S{5}(-\\S{5}){4})").matcher(run.out());
    assertThat(line.find()).isTrue();
    Path password = Files.writeString(folder.resolve("password"), line.group(1) + "\n");
    Path wrong = Files.writeString(folder.resolve("wrong"), "something else\n");
    String zip = kit(1, "berlin.zip").toString();
    String target = folder.resolve("berlin").toString();

    refused(
        CommandRun.of("kit", "unpack", zip, target, "--password-file", wrong.toString()),
        "the password does not open the zip file");
    CommandRun unpacked =
        ok(CommandRun.of("kit", "unpack", zip, target, "--password-file", password.toString()));

    assertThat(unpacked.out()).contains("site berlin of federation demo is in ");
    ok(CommandRun.of("kit", "verify", target));
    refused(CommandRun.of("kit", "unpack", file.toString()), "is no zip file");
    refused(CommandRun.of("kit", "unpack", "absent.zip"), "there is no such file");
  }

  @Test
  void aSiteKeepsItsKey() throws IOException {
    ok(provision(file.toString()));
    String home = folder.resolve("mine").toString();

    CommandRun request =
        ok(CommandRun.of("enroll", "--request", "berlin", "--federation", "demo", "--dir", home));
    assertThat(request.out()).contains("roundhouse provision --csr berlin.csr");
    CommandRun signed = ok(provision("--csr", folder.resolve("mine/local/berlin.csr").toString()));
    assertThat(signed.out()).contains("kits-0002/berlin.kit", "roundhouse enroll --install");
    CommandRun installed =
        ok(CommandRun.of("enroll", "--install", kit(2, "berlin.kit").toString(), "--dir", home));

    assertThat(installed.out()).contains("the kit is in ", "start.sh");
    ok(CommandRun.of("kit", "verify", home));
    refused(
        CommandRun.of(
            "enroll",
            "--install",
            kit(2, "berlin.kit").toString(),
            "--dir",
            folder.resolve("else").toString()),
        "there is no key in");
    refused(
        provision("--csr", file.toString()), "the certificate request is refused: it is not PEM");
  }

  @Test
  void enrollSaysWhatItNeeds() {
    refused(CommandRun.of("enroll"), "one of TOKEN, --request, --install and --renew is needed");
    refused(CommandRun.of("enroll", "--request", "berlin"), "perhaps you should add --federation");
    refused(
        CommandRun.of("enroll", "--request", "Berlin", "--federation", "demo"),
        "--request: must be 1 to 63 lower-case letters");
    refused(CommandRun.of("enroll", "rh1.AAAA"), "damaged, perhaps you should copy it again");
    refused(CommandRun.of("enroll", "hello"), "this is no enrolment token");
  }

  @Test
  void membersAreAddedRevokedAndListed() {
    ok(provision(file.toString()));

    CommandRun site = ok(provision("add-site", "oslo", "--organisation", "clinic"));
    CommandRun operator =
        ok(
            provision(
                "add-operator", "max", "--organisation", "lab", "--role", "member", "--token"));
    CommandRun revoked = ok(provision("revoke", "berlin", "--reason", "key-compromise"));
    CommandRun list = ok(CommandRun.of("provision", "list", "--workspace", workspace.toString()));

    assertThat(site.out()).contains("kits-0002/oslo", "oslo: {organisation: clinic}");
    assertThat(operator.out())
        .contains(
            "roundhouse enroll rh1.", "max: {organisation: lab, role: member, enrolls: true}");
    assertThat(revoked.out())
        .contains("revoked spiffe://demo/site/berlin: key_compromise", "crl.pem");
    assertThat(list.out())
        .containsPattern(
            "berlin +site +clinic +1 .* revoked on .* by project admin: key_compromise")
        .containsPattern("oslo +site +clinic +2 +\\d{4}-\\d\\d-\\d\\d +valid\n")
        .containsPattern("max +operator +lab +member +has a token");
    refused(
        provision("revoke", "berln", "--reason", "cessation"), "perhaps you should write berlin");
    refused(
        provision("revoke", "oslo", "--reason", "cesation"), "perhaps you should write cessation");
    refused(
        provision("add-operator", "x", "--organisation", "lab", "--role", "boss"),
        "--role: must be project_admin, org_admin, lead or member");
    refused(provision("renew", "berlin"), "`roundhouse provision reissue berlin`");
    ok(provision("reissue", "berlin"));
    ok(CommandRun.of("kit", "verify", kit(3, "berlin").toString()));
    assertThat(ok(provision("renew", "--due")).out()).isEqualTo("nobody is due\n");
    refused(provision("renew"), "nobody is named");
  }

  @Test
  void theAuthorityIsRotatedWithTheRootsKey() throws IOException {
    ok(provision(file.toString()));
    Path offline = Files.move(workspace.resolve("demo/ca/root"), folder.resolve("offline"));

    refused(provision("rotate"), "perhaps you should bring the folder back");
    CommandRun rotated = ok(provision("rotate", "--root", offline.toString()));

    assertThat(rotated.out()).startsWith("made demo issuing 2, valid until ");
    ok(provision("renew", "eve"));
    ok(CommandRun.of("kit", "verify", kit(2, "eve").toString()));
    ok(CommandRun.of("kit", "verify", kit(1, "berlin").toString()));

    ok(provision("rotate", "--root", offline.toString(), "--revoke", "key_compromise"));
    CommandRun list = CommandRun.of("provision", "list", "--workspace", workspace.toString());
    assertThat(list.out())
        .containsPattern("berlin .* valid\n")
        .containsPattern("eve .* its authority is revoked, perhaps you should renew it\n");
    assertThat(ok(provision("renew", "--all")).out())
        .contains("kits-0003/eve", "kits-0003/central");
  }

  @Test
  void documentsAreForPrograms() throws IOException {
    CommandRun run =
        CommandRun.of(
            "provision",
            file.toString(),
            "--output",
            "json",
            "--workspace",
            workspace.toString(),
            "--passphrase-file",
            passphrase.toString());

    assertThat(run.exitCode()).isZero();
    Map<?, ?> document = Json.read(run.out().getBytes(StandardCharsets.UTF_8), Map.class);
    assertThat(document.get("federation")).isEqualTo("demo");
    List<?> members = (List<?>) requireNonNull(document.get("members"));
    assertThat(members).hasSize(3);
    assertThat(((Map<?, ?>) members.get(1)).get("kit")).isEqualTo(kit(1, "berlin").toString());
    CommandRun verified =
        ok(CommandRun.of("kit", "verify", kit(1, "eve").toString(), "--output", "json"));
    assertThat(
            Json.read(verified.out().getBytes(StandardCharsets.UTF_8), Map.class).get("identity"))
        .isEqualTo(
            Map.of(
                "federation", "demo",
                "kind", "operator",
                "name", "eve",
                "organisation", "lab",
                "role", "lead"));
  }

  @Test
  void aWorkspaceWithoutFederationsSaysSo() {
    refused(provision("list2"), "there is no such file");
    refused(
        CommandRun.of("provision", "list", "--workspace", workspace.toString()),
        "there is no federation in");
  }
}
