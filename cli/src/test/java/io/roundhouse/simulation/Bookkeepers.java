package io.roundhouse.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.spec.UpdatesSpec.Keep;
import io.roundhouse.workflows.AggregateTask;
import io.roundhouse.workflows.Deleted;
import io.roundhouse.workflows.InitializeTask;
import io.roundhouse.workflows.JobProgress;
import io.roundhouse.workflows.JobProgress.Standing;
import io.roundhouse.workflows.JobWorkflows;
import io.roundhouse.workflows.ModelActivities;
import io.roundhouse.workflows.OpenTask;
import io.roundhouse.workflows.PrepareActivities;
import io.roundhouse.workflows.PrepareTask;
import io.roundhouse.workflows.Readiness;
import io.roundhouse.workflows.RecoverTask;
import io.roundhouse.workflows.Recovered;
import io.roundhouse.workflows.RoundResult;
import io.roundhouse.workflows.ServerActivities;
import io.roundhouse.workflows.TaskQueues;
import io.roundhouse.workflows.TrainActivities;
import io.roundhouse.workflows.TrainTask;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Workers on Temporal's queues, of a server and of sites that only keep the books. */
final class Bookkeepers implements AutoCloseable {
  private final WorkerFactory workers;

  private Bookkeepers(WorkerFactory workers) {
    this.workers = workers;
  }

  /**
   * @param trainer what the sites do
   */
  static Bookkeepers start(
      TemporalService temporal,
      Map<String, Object> spec,
      List<SiteName> sites,
      Ledger ledger,
      Function<TrainTask, Update> trainer) {
    WorkerFactory workers = WorkerFactory.newInstance(temporal.client());
    JobWorkflows.registerWith(
        workers.newWorker(
            TaskQueues.SERVER,
            WorkerOptions.newBuilder().setDefaultDeadlockDetectionTimeout(60_000).build()));
    workers
        .newWorker(TaskQueues.AGGREGATE)
        .registerActivitiesImplementations(new Server(spec, ledger));
    workers.newWorker(TaskQueues.MODEL).registerActivitiesImplementations(new Models());
    for (SiteName site : sites) {
      workers.newWorker(site.queue()).registerActivitiesImplementations(new Site(ledger, trainer));
    }
    workers.start();
    return new Bookkeepers(workers);
  }

  @Override
  public void close() {
    workers.shutdownNow();
    workers.awaitTermination(2, TimeUnit.SECONDS);
  }

  static Update update(TrainTask task) {
    String path = "rounds/%d.%d/%s".formatted(task.round(), task.take(), task.site());
    return new Update(task.site(), 1, artifact(path), 10, 0.1, 0);
  }

  private static Artifact artifact(String path) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(path.getBytes(UTF_8));
      return new Artifact(path, Digest.of(digest), 1_000);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private record Site(Ledger ledger, Function<TrainTask, Update> trainer)
      implements PrepareActivities, TrainActivities {
    @Override
    public Readiness prepare(PrepareTask task) {
      return new Readiness(task.site(), 10, 0);
    }

    @Override
    public Update train(TrainTask task) {
      ledger.trained(task);
      return trainer.apply(task);
    }
  }

  private static final class Models implements ModelActivities {
    @Override
    public Artifact initialize(InitializeTask task) {
      return artifact("rounds/0/global");
    }
  }

  /** A server that remembers where the job was after its newest rounds. */
  private static final class Server implements ServerActivities {
    private static final int REMEMBERED = 100;

    private final JobSpec spec;
    private final Ledger ledger;
    private final NavigableMap<Integer, JobProgress> past = new TreeMap<>();

    Server(Map<String, Object> spec, Ledger ledger) {
      this.spec = JobSpecReader.read(spec);
      this.ledger = ledger;
    }

    @Override
    public void open(OpenTask task) {}

    @Override
    public synchronized Recovered recover(RecoverTask task) {
      int round = task.round().orElseThrow();
      return new Recovered(
          Optional.of(
              after(round).with(Standing.recovered(Map.of(), List.of(), ledger.unused(round)))));
    }

    @Override
    public Aggregation aggregate(AggregateTask task) {
      List<Contribution> contributions = new ArrayList<>();
      task.updates().forEach(update -> contributions.add(new Contribution(update, 0, 0, 0)));
      for (LateUpdate late : task.late()) {
        contributions.add(new Contribution(late.update(), task.round() - late.round(), 0, 0));
      }
      return new Aggregation(
          Optional.of(artifact("rounds/%d.%d/global".formatted(task.round(), task.take()))),
          Optional.empty(),
          contributions,
          List.of(),
          task.strategy().name(),
          "none",
          0,
          0);
    }

    @Override
    public synchronized void checkpoint(RoundManifest manifest, Keep keep) {
      JobProgress before =
          manifest.round() == 0
              ? JobProgress.initial(manifest.startedAt(), manifest.model())
              : after(manifest.round() - 1);
      past.tailMap(manifest.round(), true).clear();
      past.put(manifest.round(), before.after(RoundResult.of(manifest), spec));
      past.headMap(manifest.round() - REMEMBERED).clear();
      ledger.check(manifest);
    }

    private JobProgress after(int round) {
      return requireNonNull(past.get(round), () -> "nobody remembers round " + round);
    }

    @Override
    public void keep(JobId job, LateUpdate late) {
      ledger.kept(late);
    }

    @Override
    public void drop(JobId job, LateUpdate late) {
      ledger.drop(late);
    }

    @Override
    public void discard(JobId job, int round, int take) {}

    @Override
    public Deleted delete(JobId job) {
      return new Deleted(0);
    }

    @Override
    public void publish(JobId job) {}

    @Override
    public void close(JobResult result, Keep keep) {}
  }
}
