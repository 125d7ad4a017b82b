package io.roundhouse.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.EvaluationSpec.Metric;
import io.roundhouse.spec.TrainingSpec.Optimizer;
import io.roundhouse.spec.TrainingSpec.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobSpecReaderTest {
  private static final Map<String, Object> MODEL =
      Map.of("type", "mlp", "inputs", 64, "hidden", List.of(32), "outputs", 10);

  @Test
  void fillsInDefaults() {
    JobSpec spec = JobSpecReader.read(tree(Map.of()));

    assertThat(spec)
        .isEqualTo(
            new JobSpec(
                new JobId("default", "digits"),
                42,
                new ModelSpec.Mlp(64, List.of(32), 10),
                Optional.empty(),
                "digits",
                new TrainingSpec("dl4j", 1, 32, 0.1, Optimizer.SGD, Order.SHUFFLE),
                new StrategySpec.FedAvg(),
                new RoundsSpec(
                    10,
                    new SelectionSpec.All(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofHours(1),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(30),
                    0,
                    RoundsSpec.BelowQuorum.FAIL,
                    3,
                    Duration.ofHours(1),
                    new LateSpec.Discard()),
                new EvaluationSpec(true, false, 1, Metric.ACCURACY),
                new StopSpec(Optional.empty(), 0, Optional.empty()),
                UpdatesSpec.DEFAULT,
                new ApprovalSpec(0, Duration.ofDays(7))));
  }

  @Test
  void readsEveryKey() {
    JobSpec spec =
        JobSpecReader.read(
            tree(
                Map.of(
                    "apiVersion", "roundhouse/v1",
                    "kind", "FederatedJob",
                    "project", "ward",
                    "seed", 7,
                    "model",
                        Map.of(
                            "type",
                            "lenet",
                            "channels",
                            3,
                            "height",
                            32,
                            "width",
                            28,
                            "outputs",
                            10,
                            "start",
                            "a/b.safetensors"),
                    "training",
                        Map.of(
                            "trainer",
                            "noop",
                            "epochs",
                            3,
                            "batch",
                            8,
                            "learningRate",
                            0.5,
                            "optimizer",
                            "adam",
                            "order",
                            "file"),
                    "strategy",
                        Map.of(
                            "type",
                            "fedadam",
                            "learningRate",
                            0.2,
                            "beta1",
                            0.8,
                            "beta2",
                            0.95,
                            "tau",
                            0.01),
                    "rounds",
                        Map.of(
                            "count",
                            5,
                            "selection",
                            Map.of("type", "fraction", "share", 0.5),
                            "required",
                            List.of("a"),
                            "quorum",
                            2,
                            "target",
                            3,
                            "deadline",
                            "2h",
                            "offlineAfter",
                            "90s",
                            "heartbeat",
                            "5s"),
                    "evaluation",
                        Map.of("federated", false, "central", true, "every", 2, "metric", "loss"),
                    "stop", Map.of("patience", 4, "minDelta", 0.01, "accuracy", 0.9))));

    assertThat(spec)
        .isEqualTo(
            new JobSpec(
                new JobId("ward", "digits"),
                7,
                new ModelSpec.Lenet(3, 32, 28, 10),
                Optional.of("a/b.safetensors"),
                "digits",
                new TrainingSpec("noop", 3, 8, 0.5, Optimizer.ADAM, Order.FILE),
                new StrategySpec.FedAdam(0.2, 0.8, 0.95, 0.01),
                new RoundsSpec(
                    5,
                    new SelectionSpec.Fraction(0.5),
                    List.of(new SiteName("a")),
                    Optional.of(2),
                    Optional.of(3),
                    Duration.ofHours(2),
                    Duration.ofSeconds(90),
                    Duration.ofSeconds(5),
                    0,
                    RoundsSpec.BelowQuorum.FAIL,
                    3,
                    Duration.ofHours(1),
                    new LateSpec.Discard()),
                new EvaluationSpec(false, true, 2, Metric.LOSS),
                new StopSpec(Optional.of(4), 0.01, Optional.of(0.9)),
                UpdatesSpec.DEFAULT,
                new ApprovalSpec(0, Duration.ofDays(7))));
  }

  @Test
  void listsEveryProblemAtOnce() {
    List<Problem> problems =
        problems(
            Map.of(
                "name", "No Spaces",
                "model", Map.of("type", "mpl"),
                "training", Map.of("epochs", 0, "batch", "many", "lerningRate", 0.1),
                "strategy", "fedavgg",
                "rounds", Map.of("count", 1.5, "deadline", "soon"),
                "evaluation", Map.of("central", "yes please")));

    assertThat(problems)
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "name: must be 1 to 63 lower-case letters, digits and inner dashes, not 'No Spaces'",
            "model.type: must be dl4j, lenet, mlp or tensors, not 'mpl', perhaps you should write mlp",
            "training.epochs: must be a whole number from 1 to 100000, not '0'",
            "training.batch: must be a whole number from 1 to 1000000, not 'many'",
            "training.lerningRate: is not a known key, perhaps you should write learningRate",
            "strategy.type: must be fedadam, fedavg or fedmedian, not 'fedavgg', perhaps you"
                + " should write fedavg",
            "rounds.count: must be a whole number from 1 to 1000000, not '1.5'",
            "rounds.deadline: must be a time such as 30s, 10m or 2h, not 'soon'",
            "evaluation.central: must be true or false, not 'yes please'");
  }

  @Test
  void readsAJobOfAProgram() {
    JobSpec spec =
        JobSpecReader.read(
            tree(
                Map.of(
                    "model",
                    Map.of(
                        "type",
                        "tensors",
                        "tensors",
                        Map.of("w", List.of(64, 10), "b", List.of(10), "scale", List.of())),
                    "training",
                    Map.of(
                        "trainer",
                        "program",
                        "program",
                        "softmax",
                        "epochs",
                        3,
                        "parameters",
                        Map.of("decay", 0.5, "width", 8, "deep", true, "kind", "relu")))));

    assertThat(spec.model())
        .isEqualTo(
            new ModelSpec.Tensors(
                List.of(
                    new ModelSpec.Tensors.Shape("b", List.of(10L)),
                    new ModelSpec.Tensors.Shape("scale", List.of()),
                    new ModelSpec.Tensors.Shape("w", List.of(64L, 10L)))));
    assertThat(spec.training().epochs()).isEqualTo(3);
    assertThat(spec.training().program())
        .contains(
            new ProgramSpec(
                "softmax", Map.of("decay", 0.5, "width", 8, "deep", true, "kind", "relu")));
  }

  @Test
  void aStartModelMaySayWhatTheTensorsAre() {
    JobSpec spec =
        JobSpecReader.read(
            tree(
                Map.of(
                    "model", Map.of("type", "tensors", "start", "model.safetensors"),
                    "training", Map.of("trainer", "program", "program", "x"))));

    assertThat(spec.model()).isEqualTo(new ModelSpec.Tensors(List.of()));
    assertThat(spec.start()).contains("model.safetensors");
  }

  @Test
  void listsWhatIsWrongWithAProgram() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("a b", 1);
    parameters.put("list", List.of(1));
    parameters.put("long", "x".repeat(1_001));
    parameters.put("endless", Double.POSITIVE_INFINITY);
    Map<String, Object> tensors = new LinkedHashMap<>();
    tensors.put("__metadata__", List.of(1));
    tensors.put("none", null);
    tensors.put("zero", List.of(0));
    tensors.put("vast", List.of(2_000_000_000, 2_000_000_000));

    assertThat(
            problems(
                Map.of(
                    "model", Map.of("type", "tensors", "tensors", tensors),
                    "training",
                        Map.of(
                            "trainer",
                            "program",
                            "program",
                            "rm -rf /",
                            "parameters",
                            parameters))))
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "training.program",
            "training.parameters.a b",
            "training.parameters.list",
            "training.parameters.long",
            "training.parameters.endless",
            "model.tensors.__metadata__",
            "model.tensors.none",
            "model.tensors.zero",
            "model.tensors.vast");
    assertThat(problems(Map.of("training", Map.of("trainer", "program"))))
        .extracting(Problem::toString)
        .containsExactly("training.program: is missing");
    assertThat(problems(Map.of("training", Map.of("program", "x", "parameters", Map.of("a", 1)))))
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("training.program", "training.parameters");
  }

  @Test
  void refusesModelsThatTheTrainerDoesNotKnow() {
    Map<String, Object> program = Map.of("trainer", "program", "program", "x");
    assertThat(problems(Map.of("model", "tensors")))
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("model.type", "model.tensors");
    assertThat(
            problems(
                Map.of("model", Map.of("type", "dl4j", "definition", "{}"), "training", program)))
        .extracting(Problem::toString)
        .containsExactly(
            "model.type: is dl4j, which programs do not know, perhaps you should write tensors, or"
                + " trainer: dl4j");
    assertThat(JobSpecReader.read(tree(Map.of("training", program))).model())
        .isInstanceOf(ModelSpec.Mlp.class);
  }

  @Test
  void namesWhatIsMissing() {
    assertThat(messages(JobSpecReaderTest::read, Map.of()))
        .contains("name: is missing", "data: is missing", "model.type: is missing");
  }

  @Test
  void refusesAQuorumThatCannotBeReached() {
    assertThat(problems(Map.of("rounds", Map.of("quorum", 4)), "a", "b", "c"))
        .extracting(Problem::toString)
        .containsExactly(
            "rounds.quorum: is 4, but a round takes only 3 updates; perhaps you should lower it");
  }

  @Test
  void refusesARequiredSiteThatIsNotThere() {
    assertThat(problems(Map.of("rounds", Map.of("required", List.of("berlim"))), "berlin", "ulm"))
        .extracting(Problem::toString)
        .containsExactly(
            "rounds.required: names berlim, which is not a site of this job, perhaps you should"
                + " write berlin");
  }

  @Test
  void refusesMoreSelectedSitesThanThereAre() {
    assertThat(
            problems(
                Map.of("rounds", Map.of("selection", Map.of("type", "count", "sites", 5))), "a"))
        .extracting(Problem::path)
        .containsExactly("rounds.selection");
  }

  @Test
  void refusesATargetBelowTheQuorumAndADeadlineBelowTheHeartbeat() {
    assertThat(
            problems(
                Map.of(
                    "rounds",
                    Map.of("quorum", 3, "target", 2, "deadline", "5s", "heartbeat", "10s"))))
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("rounds.target", "rounds.deadline");
  }

  @Test
  void refusesMappingsWhereValuesBelongAndTheOtherWayRound() {
    assertThat(problems(Map.of("data", Map.of("a", 1), "rounds", List.of(1), "training", "dl4j")))
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "data: must be a text, not a mapping",
            "rounds: must be a mapping of keys to values, not a list",
            "training: must be a mapping of keys to values, not 'dl4j'");
  }

  @Test
  void cutsAndCleansTextFromOutside() {
    List<Problem> problems = problems(Map.of("kind", "x\u001b[31m" + "y".repeat(500)));
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).message()).doesNotContain("\u001b").hasSizeLessThan(150);
  }

  private static Map<String, Object> tree(Map<String, Object> settings) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", "digits");
    tree.put("data", "digits");
    tree.put("model", MODEL);
    tree.putAll(settings);
    return tree;
  }

  private static JobSpec read(Map<String, Object> tree) {
    return JobSpecReader.read(tree);
  }

  private static List<Problem> problems(Map<String, Object> settings, String... sites) {
    Set<SiteName> names = Set.copyOf(List.of(sites).stream().map(SiteName::new).toList());
    InvalidSpecException invalid =
        catchThrowableOfType(
            InvalidSpecException.class,
            () -> {
              if (names.isEmpty()) {
                JobSpecReader.read(tree(settings));
              } else {
                JobSpecReader.read(tree(settings), names);
              }
            });
    assertThat(invalid).isNotNull();
    return invalid.problems();
  }

  private static List<String> messages(
      java.util.function.Function<Map<String, Object>, JobSpec> reader, Map<String, Object> tree) {
    InvalidSpecException invalid =
        catchThrowableOfType(InvalidSpecException.class, () -> reader.apply(tree));
    return new ArrayList<>(invalid.problems().stream().map(Problem::toString).toList());
  }
}
