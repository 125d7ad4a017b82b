package io.roundhouse.workflows;

import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.Evaluation.SiteMetrics;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.RoundManifest.Carried;
import io.roundhouse.domain.RoundManifest.Outcome;
import io.roundhouse.domain.RoundManifest.Seconds;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.LateSpec;
import io.roundhouse.spec.RoundsSpec;
import io.roundhouse.spec.RoundsSpec.BelowQuorum;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The round as a workflow. */
public final class FederatedRoundImpl implements FederatedRound {
  private static final String TRAINING = "training";
  private static final String AGAIN = "training (again)";

  private final JobSpec spec;
  private final RoundInput input;
  private final Gathering<Update> training;
  private final List<LateUpdate> late;
  private final List<Decision> decisions;
  private final long startedAt = Workflow.currentTimeMillis();

  private String phase = TRAINING;
  private Outcome outcome = Outcome.INITIAL;
  private Gathering<Metrics> evaluation = new Gathering<>(List.of());
  private Artifact model;
  private Optional<Artifact> state;
  private Optional<Aggregation> aggregation = Optional.empty();
  private Evaluation evaluated = Evaluation.NONE;
  private int outstanding;
  private long trainedAt = startedAt;
  private long aggregatedAt = startedAt;

  /** Takes the input before any query or signal. */
  @WorkflowInit
  public FederatedRoundImpl(RoundInput input) {
    this.input = input;
    spec = input.spec();
    training = new Gathering<>(input.round() == 0 ? List.of() : input.sites());
    late = new ArrayList<>(input.late());
    decisions = new ArrayList<>(input.carried().decisions());
    outstanding = input.outstanding();
    model = input.model();
    state = input.state();
  }

  @Override
  public RoundResult run(RoundInput sameInput) {
    if (input.round() > 0) {
      train();
      aggregate();
      if (outcome != Outcome.AGGREGATED && !skips()) {
        return RoundResult.shortOf(manifest(), shortfall());
      }
    }
    if (input.evaluate() && outcome != Outcome.SKIPPED) {
      evaluate();
    }
    RoundManifest manifest = manifest();
    checkpoint(manifest);
    RoundResult result = RoundResult.of(manifest);
    boolean lateOnesCount = spec.rounds().late().outlivesRounds();
    if (lateOnesCount && (!training.stragglers().isEmpty() || training.hasLate())) {
      phase = "waiting for late updates";
      new LateGathering(spec, input, training).run(result);
    } else if (CancellationScope.current().isCancelRequested()) {
      new LateGathering(spec, input, training).tellOfClose(result);
    }
    return result;
  }

  /**
   * A round counts once its manifest is there: whoever stops it then is too late, and must be told
   * so, as a workflow that is cancelled gives no result.
   */
  private void checkpoint(RoundManifest manifest) {
    Workflow.newDetachedCancellationScope(
            () ->
                Activities.atServer(ServerActivities.class, "checkpoint r" + input.round())
                    .checkpoint(manifest, spec.updates().kept()))
        .run();
  }

  @Override
  public void late(LateAnswer answer) {
    outstanding--;
    if (phase.equals(TRAINING) || phase.equals(AGAIN)) {
      answer.update().ifPresent(late::add);
    }
  }

  @Override
  public RoundProgress progress() {
    return phase.equals("evaluating")
        ? evaluation.progress(input.round(), phase)
        : training.progress(input.round(), phase);
  }

  private void train() {
    RoundsSpec rounds = spec.rounds();
    int target = rounds.targetOf(input.wanted());
    training.ask(this::train);
    Workflow.await(rounds.deadline(), () -> updates() >= target || isOver());
    if (rounds.belowQuorum() == BelowQuorum.EXTEND && updates() < quorum() && !isOver()) {
      decide(
          "the deadline was given once more: " + updates() + " of " + quorum() + " updates came");
      phase = AGAIN;
      Workflow.await(rounds.deadline(), () -> updates() >= quorum() || isOver());
    }
    training.close();
    trainedAt = Workflow.currentTimeMillis();
  }

  /** The updates that are there: of this round, and late ones of earlier rounds. */
  private int updates() {
    return training.bySite().size() + late.size();
  }

  /** Nothing more will come, or not enough. */
  private boolean isOver() {
    boolean buffers = spec.rounds().late() instanceof LateSpec.Buffer;
    int coming = training.working() + (buffers ? Math.max(0, outstanding) : 0);
    return coming == 0 || updates() + coming < quorum();
  }

  private Promise<Update> train(SiteName site) {
    TrainTask task =
        new TrainTask(
            spec.job(),
            input.round(),
            input.take(),
            site,
            model,
            spec.model(),
            spec.data(),
            spec.training(),
            spec.seed(),
            input.submitter());
    String summary = "train r" + input.round() + " @ " + site;
    return Async.function(Activities.training(site.queue(), spec.rounds(), summary)::train, task)
        .thenApply(update -> Answers.requireUsable(update, site));
  }

  /** Leaves the outcome as it is if too few updates came or passed. */
  private void aggregate() {
    phase = "aggregating";
    if (updates() >= quorum()) {
      Aggregation result =
          Activities.atServer(ServerActivities.class, "aggregate r" + input.round())
              .aggregate(
                  new AggregateTask(
                      spec.job(),
                      input.round(),
                      input.take(),
                      spec.strategy(),
                      spec.updates(),
                      spec.rounds().late().worth(),
                      input.model(),
                      input.state(),
                      training.answers(),
                      late,
                      quorum()));
      aggregation = Optional.of(result);
      requireFewRefused(result);
      if (result.model().isPresent()) {
        model = result.model().get();
        state = result.state();
        outcome = Outcome.AGGREGATED;
      }
    }
    if (outcome != Outcome.AGGREGATED && skips()) {
      decide("the round was skipped: " + shortfall().replace("\n  ", "; "));
      outcome = Outcome.SKIPPED;
    }
    aggregatedAt = Workflow.currentTimeMillis();
  }

  private boolean skips() {
    return spec.rounds().belowQuorum() == BelowQuorum.SKIP;
  }

  private void requireFewRefused(Aggregation result) {
    int refused = result.quarantined().size();
    int all = refused + result.contributions().size();
    Optional<Double> share = spec.updates().failAbove();
    if (share.isPresent() && refused > share.get() * all) {
      throw ApplicationFailure.newNonRetryableFailure(
          "round %d: %d of %d updates were refused, more than the share of %s that the job bears%s"
              .formatted(
                  input.round(),
                  refused,
                  all,
                  share.get(),
                  SiteReasons.lines(result.quarantined())),
          "TooManyRefused");
    }
  }

  private void evaluate() {
    phase = "evaluating";
    Optional<Promise<Metrics>> central =
        spec.evaluation().central() ? Optional.of(evaluateAtServer()) : Optional.empty();
    if (spec.evaluation().federated()) {
      evaluation = new Gathering<>(present());
      evaluation.ask(this::evaluateAt);
      Workflow.await(spec.rounds().deadline(), () -> evaluation.working() == 0);
      evaluation.close();
    }
    evaluated =
        new Evaluation(
            central.map(Promise::get),
            Optional.of(Metrics.mean(evaluation.answers())).filter(mean -> mean.examples() > 0),
            evaluation.bySite().entrySet().stream()
                .map(answer -> new SiteMetrics(answer.getKey(), answer.getValue()))
                .toList(),
            evaluation.exclusions());
  }

  private Promise<Metrics> evaluateAt(SiteName site) {
    EvaluateActivities activities =
        Activities.atSite(
            EvaluateActivities.class,
            site.queue(),
            spec.rounds(),
            "evaluate r" + input.round() + " @ " + site);
    return Async.function(activities::evaluate, evaluateTask())
        .thenApply(metrics -> Answers.requireUsable(metrics, spec.updates()));
  }

  private Promise<Metrics> evaluateAtServer() {
    EvaluateActivities activities =
        Activities.atModelWorker(
            EvaluateActivities.class, spec.rounds(), "evaluate r" + input.round() + " @ server");
    return Async.function(activities::evaluate, evaluateTask());
  }

  private EvaluateTask evaluateTask() {
    return new EvaluateTask(
        spec.job(),
        input.round(),
        model,
        spec.model(),
        spec.data(),
        spec.training().trainer(),
        input.submitter(),
        Optional.of(spec.training()));
  }

  /** The selected sites that are neither offline nor still at work. */
  private List<SiteName> present() {
    List<SiteName> away =
        training.exclusions().stream()
            .filter(e -> e.cause() == Cause.OFFLINE || e.cause() == Cause.LATE)
            .map(Exclusion::site)
            .toList();
    return input.sites().stream().filter(site -> !away.contains(site)).toList();
  }

  private RoundManifest manifest() {
    long now = Workflow.currentTimeMillis();
    long downloads = training.answers().size() * input.model().bytes();
    long uploads = training.answers().stream().mapToLong(update -> update.artifact().bytes()).sum();
    return new RoundManifest(
        spec.job(),
        input.round(),
        input.take(),
        outcome,
        model,
        state,
        new Carried(input.carried().settings(), input.carried().sites(), decisions),
        input.round() == 0 ? List.of() : input.sites(),
        outcome == Outcome.AGGREGATED
            ? aggregation.map(Aggregation::contributions).orElse(List.of())
            : List.of(),
        late,
        exclusions(),
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

  /** The sites that are not in the model, in site order. */
  private List<Exclusion> exclusions() {
    return Stream.of(
            training.exclusions(),
            aggregation.map(Aggregation::quarantined).orElse(List.of()),
            input.absent())
        .flatMap(List::stream)
        .sorted((a, b) -> a.site().compareTo(b.site()))
        .toList();
  }

  private int quorum() {
    return spec.rounds().quorumOf(input.wanted());
  }

  private void decide(String text) {
    decisions.add(
        new Decision(Workflow.currentTimeMillis(), input.round() - 1, Decision.BY_THE_JOB, text));
  }

  private String shortfall() {
    int passed = aggregation.map(result -> result.contributions().size()).orElse(updates());
    return "round %d needs updates from %d of %d sites, %d came%s"
        .formatted(
            input.round(),
            quorum(),
            input.sites().size() + input.absent().size(),
            passed,
            SiteReasons.lines(exclusions()));
  }

  private static double seconds(long from, long to) {
    return (to - from) / 1000.0;
  }
}
