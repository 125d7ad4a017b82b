package io.roundhouse.workflows;

import static java.util.stream.Collectors.joining;

import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.Evaluation.SiteMetrics;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.RoundManifest.Seconds;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.RoundsSpec;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The round as a workflow. */
public final class FederatedRoundImpl implements FederatedRound {
  private final JobSpec spec;
  private final RoundInput input;
  private final Gathering<Update> training;
  private final long startedAt = Workflow.currentTimeMillis();

  private String phase = "training";
  private Gathering<Metrics> evaluation = new Gathering<>(List.of());
  private Artifact model;
  private Optional<Aggregation> aggregation = Optional.empty();
  private Evaluation evaluated = Evaluation.NONE;
  private long trainedAt = startedAt;
  private long aggregatedAt = startedAt;

  /** Takes the input before any query is answered. */
  @WorkflowInit
  public FederatedRoundImpl(RoundInput input) {
    this.input = input;
    spec = input.spec();
    training = new Gathering<>(input.round() == 0 ? List.of() : input.sites());
    model = input.model();
  }

  @Override
  public RoundResult run(RoundInput sameInput) {
    if (input.round() > 0) {
      train();
      aggregate();
    }
    if (input.evaluate()) {
      evaluate();
    }
    return checkpoint();
  }

  @Override
  public RoundProgress progress() {
    return phase.equals("evaluating")
        ? evaluation.progress(input.round(), phase)
        : training.progress(input.round(), phase);
  }

  private void train() {
    RoundsSpec rounds = spec.rounds();
    int selected = input.sites().size();
    training.run(this::train, quorum(), rounds.targetOf(selected), rounds.deadline());
    requireQuorum(training.answers().size(), training.exclusions());
    trainedAt = Workflow.currentTimeMillis();
  }

  private Promise<Update> train(SiteName site) {
    TrainTask task =
        new TrainTask(
            spec.job(),
            input.round(),
            site,
            model,
            spec.model(),
            spec.data(),
            spec.training(),
            spec.seed());
    String summary = "train r" + input.round() + " @ " + site;
    return Async.function(
        Activities.atSite(TrainActivities.class, site.queue(), spec.rounds(), summary)::train,
        task);
  }

  private void aggregate() {
    phase = "aggregating";
    Aggregation result =
        Activities.atServer(ServerActivities.class, "aggregate r" + input.round())
            .aggregate(
                new AggregateTask(
                    spec.job(),
                    input.round(),
                    spec.strategy(),
                    input.model(),
                    input.state(),
                    training.answers(),
                    quorum()));
    requireQuorum(
        result.contributions().size(),
        Stream.concat(training.exclusions().stream(), result.quarantined().stream()).toList());
    aggregation = Optional.of(result);
    model = result.model().orElseThrow();
    aggregatedAt = Workflow.currentTimeMillis();
  }

  private void evaluate() {
    phase = "evaluating";
    Optional<Promise<Metrics>> central =
        spec.evaluation().central()
            ? Optional.of(evaluateAt(TaskQueues.MODEL, "server"))
            : Optional.empty();
    if (spec.evaluation().federated()) {
      evaluation = new Gathering<>(present());
      evaluation.run(
          site -> evaluateAt(site.queue(), site.value()),
          0,
          input.sites().size(),
          spec.rounds().deadline());
    }
    evaluated =
        new Evaluation(
            central.map(Promise::get),
            Optional.of(Metrics.mean(evaluation.answers())).filter(mean -> mean.examples() > 0),
            evaluation.bySite().entrySet().stream()
                .map(answer -> new SiteMetrics(answer.getKey(), answer.getValue()))
                .toList());
  }

  private Promise<Metrics> evaluateAt(String queue, String place) {
    EvaluateTask task =
        new EvaluateTask(
            spec.job(), input.round(), model, spec.model(), spec.data(), spec.training().trainer());
    String summary = "evaluate r" + input.round() + " @ " + place;
    return Async.function(
        Activities.atSite(EvaluateActivities.class, queue, spec.rounds(), summary)::evaluate, task);
  }

  /** The selected sites that were not found offline in this round. */
  private List<SiteName> present() {
    List<SiteName> offline =
        training.exclusions().stream()
            .filter(exclusion -> exclusion.cause() == Cause.OFFLINE)
            .map(Exclusion::site)
            .toList();
    return input.sites().stream().filter(site -> !offline.contains(site)).toList();
  }

  private RoundResult checkpoint() {
    RoundManifest manifest = manifest();
    Activities.atServer(ServerActivities.class, "checkpoint r" + input.round())
        .checkpoint(manifest);
    return RoundResult.of(manifest);
  }

  private RoundManifest manifest() {
    long now = Workflow.currentTimeMillis();
    List<Exclusion> exclusions =
        Stream.concat(
                training.exclusions().stream(),
                aggregation.stream().flatMap(result -> result.quarantined().stream()))
            .sorted((a, b) -> a.site().compareTo(b.site()))
            .toList();
    long downloads = training.answers().size() * input.model().bytes();
    long uploads = training.answers().stream().mapToLong(update -> update.artifact().bytes()).sum();
    return new RoundManifest(
        spec.job(),
        input.round(),
        model,
        aggregation.flatMap(Aggregation::state),
        input.round() == 0 ? List.of() : input.sites(),
        aggregation.map(Aggregation::contributions).orElse(List.of()),
        exclusions,
        spec.strategy().name(),
        aggregation.map(Aggregation::kernel).orElse(""),
        evaluated,
        startedAt,
        new Seconds(
            seconds(startedAt, trainedAt),
            seconds(trainedAt, aggregatedAt),
            seconds(aggregatedAt, now),
            seconds(startedAt, now)),
        downloads + uploads);
  }

  private int quorum() {
    return spec.rounds().quorumOf(input.sites().size());
  }

  private void requireQuorum(int updates, List<Exclusion> exclusions) {
    if (updates >= quorum()) {
      return;
    }
    String reasons =
        exclusions.stream()
            .map(exclusion -> "\n  " + exclusion.site() + ": " + exclusion.reason())
            .collect(joining());
    throw ApplicationFailure.newNonRetryableFailure(
        "round %d needs updates from %d of %d sites, %d came%s"
            .formatted(input.round(), quorum(), input.sites().size(), updates, reasons),
        "BelowQuorum");
  }

  private static double seconds(long from, long to) {
    return (to - from) / 1000.0;
  }
}
