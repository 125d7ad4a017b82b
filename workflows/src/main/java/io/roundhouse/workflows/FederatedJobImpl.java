package io.roundhouse.workflows;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.common.SearchAttributeUpdate;
import io.temporal.common.SearchAttributes;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The job as a workflow. */
public final class FederatedJobImpl implements FederatedJob {
  private static final int ROUNDS_PER_RUN = 50;
  private static final Duration PUBLISH_EVERY = Duration.ofSeconds(10);

  private final JobInput input;
  private @Nullable JobSpec spec;
  private @Nullable JobProgress progress;
  private JobState state = JobState.OPENING;
  private String message = "opening";
  private Promise<?> publishing = Workflow.newPromise(Optional.empty());
  private long nextPublication = Workflow.currentTimeMillis() + PUBLISH_EVERY.toMillis();

  /** Takes the input before any query is answered. */
  @WorkflowInit
  public FederatedJobImpl(JobInput input) {
    this.input = input;
  }

  @Override
  public JobResult run(JobInput sameInput) {
    SortedSet<SiteName> sites = new TreeSet<>();
    JobSpec job = readSpec(sites);
    spec = job;
    if (input.progress().isEmpty()) {
      open(job, sites);
    }
    try {
      JobProgress now = input.progress().orElseGet(() -> initialize(job));
      enter(JobState.RUNNING, job);
      progress = now;
      int firstRound = now.round() + 1;
      Optional<String> finished = now.finished(job);
      while (finished.isEmpty()) {
        if (now.round() + 1 - firstRound >= ROUNDS_PER_RUN
            || Workflow.getInfo().isContinueAsNewSuggested()) {
          continueAsNew(now);
        }
        now = now.after(runRound(job, sites, now), job);
        progress = now;
        show(job, now);
        publishNowAndThen(job);
        finished = now.finished(job);
      }
      return close(job, JobState.COMPLETED, finished.get());
    } catch (CanceledFailure cancelled) {
      closeDetached(job, JobState.ABORTED, "cancelled");
      throw cancelled;
    } catch (TemporalFailure failure) {
      if (failure.getCause() instanceof CanceledFailure cancelled) {
        closeDetached(job, JobState.ABORTED, "cancelled");
        throw cancelled;
      }
      throw fail(job, failure);
    }
  }

  @Override
  public JobStatus status() {
    JobId job = spec == null ? new JobId("unknown", "unknown") : spec.job();
    int rounds = spec == null ? 0 : spec.rounds().count();
    return progress == null
        ? new JobStatus(job, state, 0, rounds, message, Optional.empty(), List.of())
        : new JobStatus(
            job,
            state,
            Math.min(progress.round() + (state == JobState.RUNNING ? 1 : 0), rounds),
            rounds,
            message,
            progress.best(),
            progress.recent());
  }

  private JobSpec readSpec(SortedSet<SiteName> sites) {
    try {
      input.sites().forEach(site -> sites.add(new SiteName(site)));
      return JobSpecReader.read(input.spec(), sites);
    } catch (InvalidSpecException | IllegalArgumentException e) {
      state = JobState.FAILED;
      message = String.valueOf(e.getMessage());
      throw ApplicationFailure.newNonRetryableFailure(message, "InvalidSpec");
    }
  }

  /** Claims the job's folder; a job that cannot have it leaves no trace there. */
  private void open(JobSpec job, SortedSet<SiteName> sites) {
    Workflow.upsertTypedSearchAttributes(
        JobAttributes.PROJECT.valueSet(job.job().project()),
        JobAttributes.JOB.valueSet(job.job().name()),
        JobAttributes.SITES.valueSet(sites.stream().map(SiteName::value).toList()));
    try {
      Activities.atServer(ServerActivities.class, "open " + job.job())
          .open(
              new OpenTask(
                  job.job(),
                  Workflow.getInfo().getFirstExecutionRunId(),
                  input.spec(),
                  List.copyOf(sites)));
    } catch (ActivityFailure failure) {
      if (failure.getCause() instanceof CanceledFailure cancelled) {
        throw cancelled;
      }
      ApplicationFailure cause = rootFailure(failure);
      state = JobState.FAILED;
      message = cause.getOriginalMessage();
      throw cause;
    }
  }

  private JobProgress initialize(JobSpec job) {
    return JobProgress.initial(
        Workflow.currentTimeMillis(),
        Activities.atSite(
                ModelActivities.class, TaskQueues.MODEL, job.rounds(), "initialise the model")
            .initialize(
                new InitializeTask(
                    job.job(), job.model(), job.training().trainer(), job.seed(), job.start())));
  }

  private RoundResult runRound(JobSpec job, SortedSet<SiteName> sites, JobProgress now) {
    int round = now.round() + 1;
    message = round == 0 ? "judging the initial model" : "round " + round;
    List<SiteName> selected =
        round == 0
            ? List.copyOf(sites)
            : SiteSelection.select(job.rounds(), sites, new Seed(job.seed()), round);
    boolean judged = round % job.evaluation().every() == 0 || round == job.rounds().count();
    return Workflow.newChildWorkflowStub(
            FederatedRound.class,
            ChildWorkflowOptions.newBuilder()
                .setWorkflowId(FederatedRound.workflowId(job.job(), round))
                .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_REQUEST_CANCEL)
                .setStaticSummary("round " + round + " · " + selected.size() + " sites")
                .setTypedSearchAttributes(
                    SearchAttributes.newBuilder()
                        .set(JobAttributes.PROJECT, job.job().project())
                        .set(JobAttributes.JOB, job.job().name())
                        .set(JobAttributes.ROUND, (long) round)
                        .build())
                .build())
        .run(new RoundInput(job, round, now.model(), now.state(), selected, judged));
  }

  private void continueAsNew(JobProgress now) {
    publishing.get();
    Workflow.newContinueAsNewStub(FederatedJob.class)
        .run(new JobInput(input.spec(), input.sites(), Optional.of(now)));
  }

  /**
   * Starts a publication beside the rounds if the last one is done and some time has passed: the
   * more, the longer publishing takes, so that long jobs do not spend their time on it.
   */
  private void publishNowAndThen(JobSpec job) {
    long now = Workflow.currentTimeMillis();
    if (publishing.isCompleted() && now >= nextPublication) {
      nextPublication = Long.MAX_VALUE;
      publishing =
          Async.procedure(
                  Activities.atServer(ServerActivities.class, "publish")::publish, job.job())
              .handle(
                  (done, failure) -> {
                    long end = Workflow.currentTimeMillis();
                    long pause = Math.max(PUBLISH_EVERY.toMillis(), 20 * (end - now));
                    nextPublication = end + pause;
                    return Optional.ofNullable(failure);
                  });
    }
  }

  private JobResult close(JobSpec job, JobState end, String reason) {
    enter(JobState.CLOSING, job);
    publishing.get();
    JobResult result = result(job, end, reason);
    Activities.atServer(ServerActivities.class, "close " + job.job()).close(result);
    message = reason;
    enter(end, job);
    return result;
  }

  private void closeDetached(JobSpec job, JobState end, String reason) {
    Workflow.newDetachedCancellationScope(() -> close(job, end, reason)).run();
  }

  private ApplicationFailure fail(JobSpec job, TemporalFailure failure) {
    ApplicationFailure cause = rootFailure(failure);
    closeDetached(job, JobState.FAILED, cause.getOriginalMessage());
    return cause;
  }

  private JobResult result(JobSpec job, JobState end, String reason) {
    long now = Workflow.currentTimeMillis();
    return progress == null
        ? new JobResult(
            job.job(), end, reason, 0, Optional.empty(), Optional.empty(), Optional.empty(), now, 0)
        : new JobResult(
            job.job(),
            end,
            reason,
            Math.max(0, progress.round()),
            Optional.of(progress.model()),
            progress.metrics(),
            progress.best(),
            progress.startedAt(),
            (now - progress.startedAt()) / 1000.0);
  }

  private void enter(JobState next, JobSpec job) {
    state = next;
    Workflow.upsertTypedSearchAttributes(
        JobAttributes.PHASE.valueSet(next.name().toLowerCase(Locale.ROOT)));
    if (progress != null) {
      Workflow.setCurrentDetails(JobDetails.markdown(job, next, progress));
    }
  }

  private void show(JobSpec job, JobProgress now) {
    List<SearchAttributeUpdate<?>> updates = new ArrayList<>();
    updates.add(JobAttributes.ROUND.valueSet((long) now.round()));
    now.metrics()
        .ifPresent(metrics -> updates.add(JobAttributes.METRIC.valueSet(metrics.accuracy())));
    Workflow.upsertTypedSearchAttributes(updates.toArray(SearchAttributeUpdate<?>[]::new));
    Workflow.setCurrentDetails(JobDetails.markdown(job, state, now));
  }

  /** What really happened, as a failure that ends the job with that message and type. */
  private static ApplicationFailure rootFailure(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && !(root instanceof ApplicationFailure)) {
      root = root.getCause();
    }
    return root instanceof ApplicationFailure error
        ? ApplicationFailure.newNonRetryableFailure(error.getOriginalMessage(), error.getType())
        : ApplicationFailure.newNonRetryableFailure(String.valueOf(root), "JobFailed");
  }
}
