package io.roundhouse.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.roundhouse.connection.Connection;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.services.LocalTemporal;
import io.roundhouse.services.Program;
import io.roundhouse.services.RealTemporal;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.JobInput;
import io.roundhouse.workflows.TaskQueues;
import io.roundhouse.workflows.TrainTask;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A long job to which much is done: nothing is lost, and nothing grows. It needs a real Temporal;
 * the in-memory server was seen to stand still under it.
 */
@Tag("endurance")
@Timeout(2400)
class EnduranceTest {
  private static final long SEED = 3;
  private static final int ROUNDS = 2_000;
  private static final int ROUNDS_PER_RUN = 50;
  private static final int MOST_EVENTS = 4_096;
  private static final int MOST_ORDERS_OF_A_STORM = 300;
  private static final double MOST_GROWTH = 1.5;

  private static final JobId JOB = new JobId("test", "endurance");
  private static final List<SiteName> ALL =
      Stream.of("a", "b", "c", "d", "e", "f").map(SiteName::new).toList();
  private static final List<SiteName> FIRST = ALL.subList(0, 4);
  private static final Map<String, Object> SPEC =
      Map.of(
          "project",
          JOB.project(),
          "name",
          JOB.name(),
          "data",
          "nothing",
          "model",
          Map.of("type", "mlp", "inputs", 1, "outputs", 2),
          "training",
          Map.of("trainer", "noop"),
          "rounds",
          Map.of("count", ROUNDS, "quorum", 2, "target", 2, "late", Map.of("type", "fold")),
          "evaluation",
          Map.of("federated", false, "every", 1_000_000));

  private final Ledger ledger = new Ledger(SPEC, FIRST);
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<Double> heap = new ArrayList<>();

  @Test
  @SuppressWarnings("try") // the workers only have to be there
  void losesNothingInTwoThousandRounds(@TempDir Path folder) throws Exception {
    Optional<Path> program = RealTemporal.find();
    assumeTrue(program.isPresent(), RealTemporal.ABSENT);
    LocalTemporal server = RealTemporal.start(program.orElseThrow(), folder);
    try (Program running = server.program();
        TemporalService temporal =
            TemporalService.at(Connection.plain(server.address(), Connection.DEFAULT_NAMESPACE));
        Bookkeepers workers = Bookkeepers.start(temporal, SPEC, ALL, ledger, this::train)) {
      long start = System.nanoTime();
      WorkflowStub stub = start(temporal);
      CompletableFuture<JobResult> result = stub.getResultAsync(JobResult.class);
      RunsOfAJob runs = RunsOfAJob.follow(temporal.client(), stub.getExecution());

      try {
        disturb(temporal.client().newWorkflowStub(FederatedJob.class, id()), result, runs);
      } catch (AssertionError stuck) {
        System.out.println(RunsOfAJob.tail(temporal.client(), id()));
        throw stuck;
      }
      JobResult ended = result.get(10, TimeUnit.SECONDS);
      JobStatus status = stub.query("status", JobStatus.class);
      List<RunsOfAJob.Run> all = runs.awaitEnd();

      String what =
          "seed %d: %s, %s, heap %.0f to %.0f MB, %.0f s"
              .formatted(
                  SEED,
                  ledger.summary(),
                  RunsOfAJob.summary(all),
                  early(),
                  late(),
                  (System.nanoTime() - start) / 1e9);
      System.out.println("endurance, " + what);
      assertThat(ledger.problems(status.late(), status.decisions())).as(what).isEmpty();
      assertThat(ended.state()).as(what).isEqualTo(JobState.COMPLETED);
      assertThat(ended.rounds()).as(what).isEqualTo(ROUNDS);
      assertThat(ledger.last()).as(what).isEqualTo(ROUNDS);
      assertThat(all).as(what).allMatch(run -> run.rounds() <= ROUNDS_PER_RUN);
      assertThat(all).as(what).allMatch(run -> run.events() < MOST_EVENTS);
      assertThat(late()).as(what).isLessThan(MOST_GROWTH * early());
    }
  }

  private static WorkflowStub start(TemporalService temporal) {
    WorkflowStub stub =
        temporal
            .client()
            .newUntypedWorkflowStub(
                "FederatedJob",
                WorkflowOptions.newBuilder()
                    .setWorkflowId(id())
                    .setTaskQueue(TaskQueues.SERVER)
                    .build());
    stub.start(new JobInput(SPEC, FIRST.stream().map(SiteName::value).toList()));
    return stub;
  }

  private static String id() {
    return FederatedJob.workflowId(JOB);
  }

  /** Gives orders until the job has ended, most of all when it is about to continue as new. */
  private void disturb(FederatedJob job, CompletableFuture<JobResult> result, RunsOfAJob runs) {
    AtomicInteger orders = new AtomicInteger();
    Operator ann = operator(job, result, orders);
    Operator bob = operator(job, result, orders);
    int run = 0;
    int runBegan = 0;
    int next = 1;
    while (ann.awaitManifests(next)) {
      noteHeap();
      if (run < runs.ended()) {
        run = runs.ended();
        runBegan = ledger.manifests();
      }
      if (ledger.manifests() - runBegan > ROUNDS_PER_RUN - 5 && random.nextBoolean()) {
        storm(ann, bob, runs);
      } else {
        ann.act();
      }
      next = ledger.manifests() + 1 + random.nextInt(10);
    }
  }

  private Operator operator(
      FederatedJob job, CompletableFuture<JobResult> result, AtomicInteger orders) {
    return new Operator(
        job,
        ledger,
        result::isDone,
        random.split(),
        FIRST,
        ALL.subList(FIRST.size(), ALL.size()),
        orders);
  }

  /** Two operators give orders as fast as they can until the job has continued as new. */
  private void storm(Operator ann, Operator bob, RunsOfAJob runs) {
    int before = runs.ended();
    CompletableFuture<Void> beside =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < MOST_ORDERS_OF_A_STORM && runs.ended() == before; i++) {
                bob.changeTraining();
              }
            },
            task -> new Thread(task, "bob").start());
    while (!beside.isDone()) {
      ann.changeTraining();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(20)));
    }
    beside.join();
  }

  /** Now and then a site takes longer than a few rounds, or 1 s where no more rounds come. */
  private Update train(TrainTask task) {
    SplittableRandom own =
        new Seed(SEED)
            .derive(task.site().value())
            .derive(task.round() * 1_000 + task.take())
            .random();
    if (own.nextInt(20) == 0) {
      int until = ledger.manifests() + 1 + own.nextInt(4);
      long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      while (ledger.manifests() < until && System.nanoTime() < patience) {
        LockSupport.parkNanos(1_000_000);
      }
    }
    return Bookkeepers.update(task);
  }

  /** Once every hundred rounds; what the last seconds left is not collected yet. */
  private void noteHeap() {
    if (ledger.last() >= 100 * (heap.size() + 1)) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      heap.add((runtime.totalMemory() - runtime.freeMemory()) / 1e6);
    }
  }

  private double early() {
    return heap.stream().skip(1).limit(5).mapToDouble(megabytes -> megabytes).max().orElseThrow();
  }

  private double late() {
    return heap.stream()
        .skip(heap.size() - 5L)
        .mapToDouble(megabytes -> megabytes)
        .min()
        .orElseThrow();
  }
}
