package io.roundhouse.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Identity.Kind;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Role;
import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class SitePolicyTest {
  private static final Path BASE = Path.of("/kit/local");
  private static final Identity ANNA =
      new Identity("demo", Kind.OPERATOR, "anna", "charite", Optional.of(Role.LEAD));

  @Test
  void anEmptyPolicyTakesEveryJobButRunsNoPrograms() {
    SitePolicy policy = read("");

    assertThat(policy).isEqualTo(SitePolicy.standard());
    assertThat(policy.refusals(question("any", Optional.empty(), "dl4j", "", "digits"))).isEmpty();
    assertThat(policy.refusals(question("any", Optional.of(ANNA), "program", "softmax", "digits")))
        .containsExactly(
            "allow.trainers has dl4j, noop, not 'program'",
            "allow.programs has nothing, not 'softmax'");
  }

  @Test
  void readsEveryKey() {
    SitePolicy policy =
        read(
            """
            apiVersion: roundhouse/v1
            kind: SitePolicy
            allow:
              projects: [cardio]
              submitters: {names: [anna], organisations: [charite], roles: [lead]}
              programs:
                softmax:
                  command: [python3, ./programs/softmax.py, --fast, "1"]
                  environment: {LEVEL: 2, NAME: x y}
                  threads: 2
                  gpus: 1
                  memory: 2 GB
              data: [digits]
              logs: true
            limits: {examples: 1000, time: 90s, memory: 512MB, disk: 1g, output: 64 KiB}
            slots: {tasks: 3, gpus: [0, GPU-8932f937]}
            """);

    assertThat(policy.program("softmax"))
        .contains(
            new ProgramBinding(
                List.of("python3", "/kit/local/programs/softmax.py", "--fast", "1"),
                List.of(Path.of("/kit/local/programs/softmax.py")),
                new TreeMap<>(Map.of("LEVEL", "2", "NAME", "x y")),
                2,
                1,
                Optional.of(2L << 30)));
    assertThat(policy.limits())
        .isEqualTo(
            new Limits(
                Optional.of(1_000L),
                Optional.of(Duration.ofSeconds(90)),
                Optional.of(512L << 20),
                1L << 30,
                64L << 10));
    assertThat(policy.slots()).isEqualTo(new Slots(3, List.of("0", "GPU-8932f937")));
    assertThat(policy.logs()).isTrue();
    assertThat(
            policy.refusals(question("cardio", Optional.of(ANNA), "program", "softmax", "digits")))
        .isEmpty();
    assertThat(policy.refusal(500, 2)).isEmpty();
    assertThat(policy.refusal(501, 2))
        .contains("limits.examples is 1000, less than 501 rows in 2 epochs");
    assertThat(policy.memory(policy.program("softmax").orElseThrow())).contains(2L << 30);
    assertThat(policy.memory(ProgramBinding.of("x"))).contains(512L << 20);
  }

  @Test
  void namesEveryRuleThatIsBroken() {
    SitePolicy policy =
        read(
            """
            allow:
              projects: [cardio, onco]
              submitters: {names: [], organisations: [ulm], roles: [project_admin, org_admin]}
              trainers: [noop]
              programs: {softmax: {command: [python3]}}
              data: [scans]
            """);

    assertThat(policy.refusals(question("demo", Optional.of(ANNA), "program", "softmx", "digits")))
        .containsExactly(
            "allow.projects has cardio, onco, not 'demo'",
            "allow.submitters.names has nobody, not 'anna'",
            "allow.submitters.organisations has ulm, not 'anna' of 'charite'",
            "allow.submitters.roles has org_admin, project_admin, not 'anna' with the role lead",
            "allow.trainers has noop, not 'program'",
            "allow.programs has softmax, not 'softmx'",
            "allow.data has scans, not 'digits'");
  }

  /** Whoever is not vouched for is on no list. */
  @ParameterizedTest
  @CsvSource({"names, anna", "organisations, charite", "roles, lead"})
  void refusesASubmitterWhomNobodyKnows(String list, String entry) {
    SitePolicy policy = read("allow: {submitters: {" + list + ": [" + entry + "]}}");

    assertThat(policy.refusals(question("demo", Optional.of(ANNA), "dl4j", "", "digits")))
        .isEmpty();
    assertThat(policy.refusals(question("demo", Optional.empty(), "dl4j", "", "digits")))
        .containsExactly("allow.submitters.%s has %s, not somebody unknown".formatted(list, entry));
    Identity site = new Identity("demo", Kind.SITE, "bonn", "bonn", Optional.empty());
    assertThat(policy.refusals(question("demo", Optional.of(site), "dl4j", "", "digits")))
        .hasSize(1);
  }

  @Test
  void listsEveryProblemAtOnce() {
    InvalidSpecException invalid =
        catchThrowableOfType(
            InvalidSpecException.class,
            () ->
                read(
                    """
                    kind: SitePolcy
                    alow: {}
                    allow:
                      projects: [Cardio]
                      submitters: {roles: [boss], name: [anna]}
                      programs:
                        "My Program": {command: [x]}
                        shell: {command: rm -rf /}
                        none: {}
                        greedy: {command: [x], gpus: 3, memory: lots, environment: {"a b": 1}}
                      logs: maybe
                    limits: {time: soon, memory: 0 GB, examples: 0}
                    hours: {zone: Europe/Berlinn, mond: all day, tue: 9-17, wed: "25:00-26:00"}
                    slots: {tasks: 0, gpus: [0, 0]}
                    """));

    assertThat(invalid.problems())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "kind",
            "alow",
            "allow.projects",
            "allow.submitters.roles",
            "allow.submitters.name",
            "allow.programs.My Program",
            "allow.programs.shell.command",
            "allow.programs.shell.command",
            "allow.programs.none.command",
            "allow.programs.greedy.memory",
            "allow.programs.greedy.environment.a b",
            "allow.programs.greedy.gpus",
            "allow.logs",
            "limits.time",
            "limits.memory",
            "limits.examples",
            "hours.zone",
            "hours.mond",
            "hours.tue",
            "hours.wed",
            "slots.tasks",
            "slots.gpus");
    assertThat(invalid.problems())
        .extracting(Problem::toString)
        .contains(
            "allow.programs.shell.command: must be a list of an executable and its arguments, as in"
                + " [python3, ./train.py]; no shell reads it",
            "allow.submitters.roles: there is no role 'boss', perhaps you should write"
                + " project_admin, org_admin, lead or member");
  }

  private static PolicyQuestion question(
      String project, Optional<Identity> submitter, String trainer, String program, String data) {
    return new PolicyQuestion(
        new JobId(project, "job"),
        submitter,
        trainer,
        program.isEmpty() ? Optional.empty() : Optional.of(program),
        data);
  }

  @SuppressWarnings("unchecked")
  static SitePolicy read(String yaml) {
    Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return SitePolicy.read(tree == null ? Map.of() : (Map<String, Object>) tree, BASE);
  }
}
