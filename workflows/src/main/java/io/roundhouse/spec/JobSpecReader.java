package io.roundhouse.spec;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Text;
import io.roundhouse.spec.EvaluationSpec.Metric;
import io.roundhouse.spec.TrainingSpec.Optimizer;
import io.roundhouse.spec.TrainingSpec.Order;
import io.roundhouse.spec.UpdatesSpec.Keep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a job spec from a tree of maps, lists and scalars, as YAML and JSON parsers make them. The
 * CLI and the workflow read specs here, so both refuse the same specs with the same words.
 */
public final class JobSpecReader {
  private static final Map<String, Optimizer> OPTIMIZERS =
      Map.of("sgd", Optimizer.SGD, "momentum", Optimizer.MOMENTUM, "adam", Optimizer.ADAM);
  private static final Map<String, Order> ORDERS =
      Map.of("shuffle", Order.SHUFFLE, "file", Order.FILE);
  private static final Map<String, Metric> METRICS =
      Map.of("accuracy", Metric.ACCURACY, "loss", Metric.LOSS);
  private static final Map<String, Keep> KEEPS = Map.of("all", Keep.ALL, "refused", Keep.REFUSED);
  private static final Map<String, String> TRAINERS =
      Map.of("dl4j", "dl4j", "noop", "noop", TrainingSpec.PROGRAM, TrainingSpec.PROGRAM);

  private JobSpecReader() {}

  /**
   * Reads a spec and checks it against the sites that shall run it.
   *
   * @throws InvalidSpecException with every problem
   */
  public static JobSpec read(Map<String, Object> tree, Set<SiteName> sites) {
    Section root = Section.root(tree);
    JobSpec spec = read(root);
    check(root, spec, sites);
    throwProblems(root);
    return spec;
  }

  /** What is wrong with a spec that these sites shall run; nothing if they can. */
  public static List<Problem> problems(Map<String, Object> tree, Set<SiteName> sites) {
    Section root = Section.root(tree);
    check(root, read(root), sites);
    return root.problems();
  }

  /**
   * Reads a spec without knowing its sites.
   *
   * @throws InvalidSpecException with every problem
   */
  public static JobSpec read(Map<String, Object> tree) {
    Section root = Section.root(tree);
    JobSpec spec = read(root);
    throwProblems(root);
    return spec;
  }

  /** Reads a spec; what is wrong with it is noted in the section. */
  public static JobSpec read(Section root) {
    expect(root, "apiVersion", JobSpec.API_VERSION);
    expect(root, "kind", JobSpec.KIND);
    String project = label(root, "project", "default");
    String name = label(root, "name", "");
    root.ignore("simulation");
    Section model = root.typed("model");
    JobSpec spec =
        new JobSpec(
            new JobId(project, name),
            root.wholeNumber("seed", 42, Long.MIN_VALUE, Long.MAX_VALUE),
            model(model),
            model.optionalText("start"),
            root.text("data"),
            training(root.section("training")),
            strategy(root.typed("strategy")),
            RoundsReader.read(root.section("rounds")),
            evaluation(root.section("evaluation")),
            stop(root.section("stop")),
            updates(root.section("updates")),
            approval(root.section("approval")));
    checkStop(root.section("stop"), root.section("evaluation"), spec);
    checkWeights(root.section("rounds"), root.section("strategy"), spec);
    ProgramReader.checkModel(model, root.section("training"), spec);
    return spec;
  }

  private static void checkStop(Section stop, Section evaluation, JobSpec spec) {
    if (!evaluation.isSound("federated", "central")
        || spec.evaluation().federated()
        || spec.evaluation().central()) {
      return;
    }
    for (String key : List.of("patience", "accuracy")) {
      if (stop.has(key) && stop.isSound(key)) {
        stop.problem(
            key,
            "cannot be looked at when no model is evaluated, perhaps you should set"
                + " evaluation.federated or evaluation.central to true");
      }
    }
  }

  /** A median knows no weights. */
  private static void checkWeights(Section rounds, Section strategy, JobSpec spec) {
    if (strategy.isSound("type")
        && rounds.isSound("late")
        && spec.strategy() instanceof StrategySpec.FedMedian
        && spec.rounds().late().worth().exponent() > 0) {
      rounds.problem(
          "late",
          "weighs late updates less, which fedmedian cannot, perhaps you should write exponent: 0"
              + " or use fedavg");
    }
  }

  /** Notes in the section what these sites cannot do. */
  public static void check(Section root, JobSpec spec, Set<SiteName> sites) {
    if (sites.isEmpty()) {
      root.problem("", "there are no sites to run the job, perhaps you should name at least one");
    } else {
      RoundsReader.check(root.section("rounds"), spec.rounds(), sites);
    }
  }

  private static void throwProblems(Section root) {
    List<Problem> problems = root.problems();
    if (!problems.isEmpty()) {
      throw new InvalidSpecException(problems);
    }
  }

  private static void expect(Section root, String key, String value) {
    String found = root.text(key, value);
    if (!found.equals(value)) {
      root.problem(key, "must be " + value + ", not " + Text.quote(found));
    }
  }

  private static String label(Section root, String key, String absent) {
    String value = absent.isEmpty() ? root.text(key) : root.text(key, absent);
    if (JobId.isLabel(value)) {
      return value;
    }
    root.problem(
        key,
        "must be 1 to 63 lower-case letters, digits and inner dashes, not " + Text.quote(value));
    return "invalid";
  }

  private static ModelSpec model(Section model) {
    String type = model.text("type");
    return switch (type) {
      case "mlp" ->
          new ModelSpec.Mlp(
              model.integer("inputs", 1, 10_000_000),
              model.integers("hidden", 1, 10_000_000),
              model.integer("outputs", 2, 1_000_000));
      case "lenet" ->
          new ModelSpec.Lenet(
              model.integer("channels", 1, 1, 64),
              model.integer("height", 8, 4096),
              model.integer("width", 8, 4096),
              model.integer("outputs", 2, 1_000_000));
      case "dl4j" -> new ModelSpec.Dl4j(model.text("definition"));
      case "tensors" -> ProgramReader.tensors(model);
      default -> {
        if (model.has("type")) {
          model.unknownChoice("type", new TreeSet<>(Set.of("mlp", "lenet", "dl4j", "tensors")));
        }
        List.of("inputs", "hidden", "outputs", "channels", "height", "width")
            .forEach(model::ignore);
        List.of("definition", "tensors").forEach(model::ignore);
        yield new ModelSpec.Mlp(1, List.of(), 2);
      }
    };
  }

  private static TrainingSpec training(Section training) {
    String trainer = training.choice("trainer", TRAINERS, "dl4j");
    return new TrainingSpec(
        trainer,
        training.integer("epochs", 1, 1, 100_000),
        training.integer("batch", 32, 1, 1_000_000),
        training.number("learningRate", 0.1, 1e-9, 1000),
        training.choice("optimizer", OPTIMIZERS, Optimizer.SGD),
        training.choice("order", ORDERS, Order.SHUFFLE),
        ProgramReader.program(training, trainer));
  }

  private static StrategySpec strategy(Section strategy) {
    String type = strategy.text("type", "fedavg");
    return switch (type) {
      case "fedavg" -> new StrategySpec.FedAvg();
      case "fedadam" ->
          new StrategySpec.FedAdam(
              strategy.number("learningRate", 0.1, 1e-9, 1000),
              strategy.number("beta1", 0.9, 0, 0.999999),
              strategy.number("beta2", 0.99, 0, 0.999999),
              strategy.number("tau", 1e-3, 1e-12, 1));
      case "fedmedian" -> new StrategySpec.FedMedian();
      default -> {
        strategy.unknownChoice("type", new TreeSet<>(Set.of("fedavg", "fedadam", "fedmedian")));
        List.of("learningRate", "beta1", "beta2", "tau").forEach(strategy::ignore);
        yield new StrategySpec.FedAvg();
      }
    };
  }

  private static UpdatesSpec updates(Section updates) {
    UpdatesSpec absent = UpdatesSpec.DEFAULT;
    UpdatesSpec spec =
        new UpdatesSpec(
            updates.optionalNumber("maxNorm", 1e-30, 1e30),
            updates.number("outlier", absent.outlier(), 0, 1e30),
            updates.optionalNumber("maxValue", 1e-30, 1e30),
            updates.wholeNumber("minExamples", absent.minExamples(), 1, absent.maxExamples()),
            updates.wholeNumber("maxExamples", absent.maxExamples(), 1, absent.maxExamples()),
            updates.optionalInteger("suspendAfter", 1, 1_000_000),
            updates.optionalNumber("failAbove", 0, 1),
            Optional.of(updates.choice("keep", KEEPS, absent.kept())));
    if (updates.isSound("minExamples", "maxExamples") && spec.minExamples() > spec.maxExamples()) {
      updates.problem(
          "minExamples",
          "is "
              + spec.minExamples()
              + ", above the maxExamples of "
              + spec.maxExamples()
              + ", so every update would be refused; perhaps you should lower it");
    }
    return spec;
  }

  private static ApprovalSpec approval(Section approval) {
    return new ApprovalSpec(
        approval.integer("every", 0, 0, 1_000_000),
        approval.duration(
            "within", Duration.ofDays(7), Duration.ofMillis(100), Duration.ofDays(365)));
  }

  private static EvaluationSpec evaluation(Section evaluation) {
    return new EvaluationSpec(
        evaluation.flag("federated", true),
        evaluation.flag("central", false),
        evaluation.integer("every", 1, 1, 1_000_000),
        evaluation.choice("metric", METRICS, Metric.ACCURACY));
  }

  private static StopSpec stop(Section stop) {
    return new StopSpec(
        stop.optionalInteger("patience", 1, 1_000_000),
        stop.number("minDelta", 0, 0, 1_000_000),
        stop.optionalNumber("accuracy", 0, 1));
  }
}
