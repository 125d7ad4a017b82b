package io.roundhouse.workflows;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.UpdatesSpec.Keep;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a job writes to the store and reads back from it. */
final class JobRecords {
  private static final Duration PUBLISH_EVERY = Duration.ofSeconds(10);

  /** How long the end of a job waits for a publication that is under way. */
  private static final Duration PUBLICATION_ENDS = Duration.ofMinutes(1);

  private final JobId job;
  private final Map<String, Object> tree;
  private final ServerCalls calls;
  private Promise<?> publishing = Workflow.newPromise(Optional.empty());
  private long nextPublication = Workflow.currentTimeMillis() + PUBLISH_EVERY.toMillis();

  JobRecords(JobId job, Map<String, Object> tree, ServerCalls calls) {
    this.job = job;
    this.tree = tree;
    this.calls = calls;
  }

  /** Claims the job's folder; a job that cannot have it leaves no trace there. */
  void open(Collection<SiteName> sites) {
    OpenTask task =
        new OpenTask(job, Workflow.getInfo().getFirstExecutionRunId(), tree, List.copyOf(sites));
    calls.await("open the job's folder", () -> Async.procedure(server("open " + job)::open, task));
  }

  /** Where a lost job of that name was. */
  Optional<JobProgress> recover() {
    return recover("read the rounds of the lost job", "recover " + job, Optional.empty());
  }

  /** Where this job was after an earlier round. */
  JobProgress recall(int round) {
    return recover("go back to round " + round, "recall r" + round, Optional.of(round))
        .orElseThrow();
  }

  private Optional<JobProgress> recover(String what, String summary, Optional<Integer> round) {
    RecoverTask task =
        new RecoverTask(job, Workflow.getInfo().getFirstExecutionRunId(), tree, round);
    return calls.await(what, () -> Async.function(server(summary)::recover, task)).progress();
  }

  JobProgress initialize(JobSpec spec) {
    InitializeTask task =
        new InitializeTask(
            job,
            spec.model(),
            spec.training().trainer(),
            spec.seed(),
            spec.start(),
            spec.evaluation().central() ? spec.training().program() : Optional.empty());
    ModelActivities models =
        Activities.atModelWorker(ModelActivities.class, spec.rounds(), "initialise the model");
    Artifact model =
        calls.await("make the initial model", () -> Async.function(models::initialize, task));
    return JobProgress.initial(Workflow.currentTimeMillis(), model);
  }

  /** Removes the record of a late update that nobody wants. */
  void drop(LateUpdate late) {
    server("drop late r" + late.round() + " @ " + late.update().site()).drop(job, late);
  }

  /** Removes what an unfinished round left. */
  void discard(int round, int take) {
    String summary = "discard r" + round;
    calls.await(
        "remove what round " + round + " left",
        () -> Async.procedure(server(summary)::discard, job, round, take));
  }

  /**
   * Starts a publication beside the rounds if the last one is done and some time has passed: the
   * more, the longer publishing takes, so that long jobs do not spend their time on it.
   */
  void publishNowAndThen() {
    long now = Workflow.currentTimeMillis();
    if (publishing.isCompleted() && now >= nextPublication) {
      nextPublication = Long.MAX_VALUE;
      publishing =
          Async.procedure(Activities.publication()::publish, job)
              .handle(
                  (done, failure) -> {
                    long end = Workflow.currentTimeMillis();
                    long pause = Math.max(PUBLISH_EVERY.toMillis(), 20 * (end - now));
                    nextPublication = end + pause;
                    return Optional.ofNullable(failure);
                  });
    }
  }

  /** Lets a publication end, but does not hang on it: what it writes is written again. */
  void awaitPublication() {
    if (!publishing.isCompleted()) {
      Workflow.await(PUBLICATION_ENDS, publishing::isCompleted);
    }
  }

  /** Writes down how the job ended. */
  void close(JobResult result, Keep keep) {
    awaitPublication();
    calls.insist(
        "write down how the job ended",
        () -> Async.procedure(server("close " + job)::close, result, keep));
  }

  private static ServerActivities server(String summary) {
    return Activities.atServer(ServerActivities.class, summary);
  }
}
