package io.roundhouse.spec;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Text;
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
  private static final Map<String, String> TRAINERS = Map.of("dl4j", "dl4j", "noop", "noop");
  private static final int MOST_SITES = 100_000;

  private JobSpecReader() {}

  /**
   * Reads a spec and checks it against the sites that shall run it.
   *
   * @throws InvalidSpecException with every problem
   */
  public static JobSpec read(Map<String, Object> tree, Set<SiteName> sites) {
    Section root = Section.root(tree);
    JobSpec spec = read(root);
    checkSites(root, spec, sites);
    throwProblems(root);
    return spec;
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
    return new JobSpec(
        new JobId(project, name),
        root.wholeNumber("seed", 42, Long.MIN_VALUE, Long.MAX_VALUE),
        model(model),
        model.optionalText("start"),
        root.text("data"),
        training(root.section("training")),
        strategy(root.typed("strategy")),
        rounds(root.section("rounds")),
        evaluation(root.section("evaluation")),
        stop(root.section("stop")));
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
      default -> {
        if (model.has("type")) {
          model.unknownChoice("type", new TreeSet<>(Set.of("mlp", "lenet", "dl4j")));
        }
        List.of("inputs", "hidden", "outputs", "channels", "height", "width", "definition")
            .forEach(model::ignore);
        yield new ModelSpec.Mlp(1, List.of(), 2);
      }
    };
  }

  private static TrainingSpec training(Section training) {
    return new TrainingSpec(
        training.choice("trainer", TRAINERS, "dl4j"),
        training.integer("epochs", 1, 1, 100_000),
        training.integer("batch", 32, 1, 1_000_000),
        training.number("learningRate", 0.1, 1e-9, 1000),
        training.choice("optimizer", OPTIMIZERS, Optimizer.SGD),
        training.choice("order", ORDERS, Order.SHUFFLE));
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

  private static RoundsSpec rounds(Section rounds) {
    List<SiteName> required = new ArrayList<>();
    for (String site : rounds.texts("required")) {
      try {
        required.add(new SiteName(site));
      } catch (IllegalArgumentException e) {
        rounds.problem("required", String.valueOf(e.getMessage()));
      }
    }
    RoundsSpec spec =
        new RoundsSpec(
            rounds.integer("count", 10, 1, 1_000_000),
            selection(rounds.typed("selection")),
            required,
            rounds.optionalInteger("quorum", 1, MOST_SITES),
            rounds.optionalInteger("target", 1, MOST_SITES),
            rounds.duration(
                "deadline", Duration.ofHours(1), Duration.ofMillis(100), Duration.ofDays(365)),
            rounds.duration(
                "offlineAfter", Duration.ofMinutes(1), Duration.ofMillis(100), Duration.ofDays(30)),
            rounds.duration(
                "heartbeat", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofDays(1)));
    if (spec.target().isPresent()
        && spec.quorum().isPresent()
        && spec.target().get() < spec.quorum().get()) {
      rounds.problem(
          "target",
          "is "
              + spec.target().get()
              + ", below the quorum of "
              + spec.quorum().get()
              + ", so no round could close early; perhaps you should raise it");
    }
    if (spec.deadline().compareTo(spec.heartbeat()) < 0) {
      rounds.problem(
          "deadline",
          "is shorter than the heartbeat, so a dead site would never be tried again; perhaps you"
              + " should lengthen it or shorten the heartbeat");
    }
    return spec;
  }

  private static SelectionSpec selection(Section selection) {
    String type = selection.text("type", "all");
    return switch (type) {
      case "all" -> new SelectionSpec.All();
      case "fraction" -> new SelectionSpec.Fraction(selection.number("share", 1, 1e-6, 1));
      case "count" -> new SelectionSpec.Count(selection.integer("sites", 1, MOST_SITES));
      default -> {
        selection.unknownChoice("type", new TreeSet<>(Set.of("all", "fraction", "count")));
        selection.ignore("share").ignore("sites");
        yield new SelectionSpec.All();
      }
    };
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
        stop.has("accuracy")
            ? Optional.of(stop.number("accuracy", 1, 0, 1))
            : stop.optionalText("accuracy").map(Double::valueOf));
  }

  /** What can only be said once the sites are known. */
  private static void checkSites(Section root, JobSpec spec, Set<SiteName> sites) {
    if (sites.isEmpty()) {
      root.problem("", "there are no sites to run the job");
      return;
    }
    Section rounds = root.section("rounds");
    Map<String, String> names = new LinkedHashMap<>();
    sites.forEach(site -> names.put(site.value(), site.value()));
    for (SiteName site : spec.rounds().required()) {
      if (!sites.contains(site)) {
        rounds.problem(
            "required",
            "names "
                + site
                + ", which is not a site of this job"
                + Text.nearest(site.value(), names.keySet())
                    .map(near -> ", perhaps you should write " + near)
                    .orElse(""));
      }
    }
    if (spec.rounds().selection() instanceof SelectionSpec.Count count
        && count.sites() > sites.size()) {
      rounds.problem(
          "selection",
          "asks for "
              + count.sites()
              + " sites, but there are "
              + sites.size()
              + "; perhaps you should lower it or write all");
    }
    int selected =
        Math.max(spec.rounds().selection().size(sites.size()), spec.rounds().required().size());
    Optional<Integer> quorum = spec.rounds().quorum();
    if (quorum.isPresent() && quorum.get() > selected) {
      rounds.problem(
          "quorum",
          "is "
              + quorum.get()
              + ", but only "
              + selected
              + " sites take part in a round; perhaps you should lower it");
    }
  }
}
