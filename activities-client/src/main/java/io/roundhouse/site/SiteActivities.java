package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.roundhouse.data.LoadedData;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Text;
import io.roundhouse.domain.Update;
import io.roundhouse.policy.PolicyQuestion;
import io.roundhouse.policy.SitePolicy;
import io.roundhouse.program.ProgramTask;
import io.roundhouse.spec.ProgramSpec;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.storage.ArtifactAccess;
import io.roundhouse.storage.Artifacts;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.training.Engines;
import io.roundhouse.training.TrainingEngine;
import io.roundhouse.workflows.EvaluateActivities;
import io.roundhouse.workflows.EvaluateTask;
import io.roundhouse.workflows.PrepareActivities;
import io.roundhouse.workflows.PrepareTask;
import io.roundhouse.workflows.Readiness;
import io.roundhouse.workflows.TrainActivities;
import io.roundhouse.workflows.TrainTask;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The activities of one site: the answer whether it can take part, training on its rows, and
 * evaluation on those it holds out. Its policy is asked for each of them.
 */
public final class SiteActivities
    implements PrepareActivities, TrainActivities, EvaluateActivities {
  private static final Logger LOG = LoggerFactory.getLogger(SiteActivities.class);
  private static final String PREPARING = "preparing";

  private final Site site;
  private final ArtifactAccess access;
  private final ComputeSlots slots;
  private final PolicyGuard guard;
  private final DataSets data;
  private final EngineTrainer engines;
  private final ProgramTrainer programs;
  private final Evaluator evaluator;

  /**
   * @param access where models come from and updates go
   * @param models shared by the sites of the JVM
   * @param slots likewise
   */
  public SiteActivities(Site site, ArtifactAccess access, ModelCache models, ComputeSlots slots) {
    this(site, access, models, slots, Clock.systemUTC());
  }

  /**
   * @param clock what opening hours are looked up with
   */
  SiteActivities(
      Site site, ArtifactAccess access, ModelCache models, ComputeSlots slots, Clock clock) {
    this.site = requireNonNull(site, "site is null");
    this.access = requireNonNull(access, "access is null");
    this.slots = requireNonNull(slots, "slots is null");
    this.guard = new PolicyGuard(site.policy(), clock);
    this.data = DataSets.ofSite(site.data());
    this.engines = new EngineTrainer(site.name(), data, models, site.folder());
    this.programs =
        new ProgramTrainer(
            site.name().value(),
            site.folder().resolve("programs"),
            data,
            UnaryOperator.identity(),
            models);
    this.evaluator = new Evaluator(access, models, slots, programs);
  }

  /** Who this is. */
  public SiteName name() {
    return site.name();
  }

  @Override
  @SuppressWarnings("try") // the context has to be there, nothing more
  public Readiness prepare(PrepareTask task) {
    try (LogContext context = LogContext.of(site.name().value(), task.job())) {
      requireThisSite(task.site());
      ActivityExecutionContext activity = Activity.getExecutionContext();
      Readiness readiness =
          logged(
              "the call",
              Failures.PREPARATION_FAILED,
              () ->
                  Pulse.during(
                      activity,
                      PREPARING,
                      () -> readiness(task, guard.admit(question(task), task.again()))));
      LOG.info(
          "can take part: {} examples, {} held out", readiness.examples(), readiness.heldOut());
      return readiness;
    }
  }

  @Override
  @SuppressWarnings("try") // the context has to be there, nothing more
  public Update train(TrainTask task) {
    try (LogContext context = LogContext.of(site.name().value(), task.job(), task.round())) {
      requireThisSite(task.site());
      ActivityExecutionContext activity = Activity.getExecutionContext();
      int attempt = activity.getInfo().getAttempt();
      LOG.info("training, attempt {}", attempt);
      Trained trained =
          logged("the training", Failures.TRAINING_FAILED, () -> train(task, activity));
      LOG.info(
          "trained on {} examples in {} s, loss {}",
          trained.examples(),
          trained.seconds(),
          trained.loss());
      Update update =
          new Update(
              site.name(),
              attempt,
              trained.artifact(),
              trained.examples(),
              trained.loss(),
              trained.seconds());
      return site.signer()
          .map(signer -> signer.sign(task.job(), task.round(), task.take(), update))
          .orElse(update);
    }
  }

  @Override
  @SuppressWarnings("try") // the context has to be there, nothing more
  public Metrics evaluate(EvaluateTask task) {
    try (LogContext context = LogContext.of(site.name().value(), task.job(), task.round())) {
      Metrics metrics =
          logged(
              "the evaluation",
              Failures.EVALUATION_FAILED,
              () ->
                  evaluator.evaluate(
                      task,
                      guard.admit(question(task), false),
                      () -> data.named(task.data()).test()));
      LOG.info(
          "evaluated on {} examples: accuracy {}, loss {}",
          metrics.examples(),
          metrics.accuracy(),
          metrics.loss());
      return metrics;
    }
  }

  private static <T> T logged(String what, String unexpected, Supplier<T> work) {
    try {
      return Failures.named(unexpected, work);
    } catch (RuntimeException e) {
      LOG.info("{} came to nothing: {}", what, words(e));
      throw e;
    }
  }

  private static String words(RuntimeException e) {
    return e instanceof ApplicationFailure failure ? failure.getOriginalMessage() : e.toString();
  }

  private Readiness readiness(PrepareTask task, SitePolicy policy) {
    int epochs = task.training().map(TrainingSpec::epochs).orElse(1);
    if (ProgramTrainer.isAsked(task.trainer())) {
      ProgramTrainer.requireRunnable(policy, task.training());
      ProgramTask.Data set = programs.data(task.data());
      if (set.folder().isEmpty() || set.trainRows() > 0) {
        requireRows(task, set.trainRows());
      }
      PolicyGuard.checkRows(policy, set.trainRows(), epochs);
      return new Readiness(site.name(), set.trainRows(), set.testRows());
    }
    TrainingEngine engine = Engines.named(task.trainer());
    LoadedData rows = data.named(task.data());
    requireRows(task, rows.train().size());
    PolicyGuard.checkRows(policy, rows.train().size(), epochs);
    engine.requireFit(task.architecture(), rows.train());
    if (rows.test().size() > 0) {
      engine.requireFit(task.architecture(), rows.test());
    }
    return new Readiness(site.name(), rows.train().size(), rows.test().size());
  }

  private static void requireRows(PrepareTask task, int rows) {
    long fewest = Math.max(1, task.minExamples());
    if (rows < fewest) {
      throw Failures.permanent(
          Failures.TOO_FEW_ROWS,
          "this site has "
              + rows
              + (rows == 1 ? " row of " : " rows of ")
              + Text.quote(task.data())
              + " to train on, the job wants at least "
              + fewest
              + ", perhaps you should add rows, hold out fewer or lower the job's minExamples");
    }
  }

  private void requireThisSite(SiteName wanted) {
    if (!wanted.equals(site.name())) {
      throw Failures.permanent(
          Failures.WRONG_SITE,
          "this is site "
              + site.name()
              + ", not "
              + wanted
              + ", perhaps you should check the task queue");
    }
  }

  private Trained train(TrainTask task, ActivityExecutionContext activity) {
    SitePolicy policy = guard.admit(question(task), false);
    Artifacts store = access.forTask(activity.getInfo().getTaskToken());
    int attempt = activity.getInfo().getAttempt();
    String path = new JobLayout(task.job()).update(task.round(), task.take(), site.name(), attempt);
    Runnable waiting = () -> activity.heartbeat(EngineTrainer.STARTING);
    if (ProgramTrainer.isAsked(task.training().trainer())) {
      return slots.run(
          waiting,
          ProgramTrainer.gpus(policy, Optional.of(task.training())),
          gpus -> programs.train(task, policy, gpus, activity, store, path));
    }
    return slots.run(waiting, () -> engines.train(task, policy, activity, store, path));
  }

  private static PolicyQuestion question(PrepareTask task) {
    return new PolicyQuestion(
        task.job(), task.submitter(), task.trainer(), program(task.training()), task.data());
  }

  private static PolicyQuestion question(TrainTask task) {
    return new PolicyQuestion(
        task.job(),
        task.submitter(),
        task.training().trainer(),
        program(Optional.of(task.training())),
        task.data());
  }

  private static PolicyQuestion question(EvaluateTask task) {
    return new PolicyQuestion(
        task.job(), task.submitter(), task.trainer(), program(task.training()), task.data());
  }

  private static Optional<String> program(Optional<TrainingSpec> training) {
    return training.flatMap(TrainingSpec::program).map(ProgramSpec::name);
  }
}
