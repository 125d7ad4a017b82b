package io.roundhouse.simulation;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.roundhouse.control.Approve;
import io.roundhouse.control.Change;
import io.roundhouse.control.DecideLate;
import io.roundhouse.control.MoveSite;
import io.roundhouse.control.MoveSite.Move;
import io.roundhouse.control.Pause;
import io.roundhouse.control.Resume;
import io.roundhouse.control.Rewind;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteName;
import io.roundhouse.workflows.FederatedJob;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowUpdateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Gives a job orders of every kind, drawn from a seed, and enters each in the ledger. */
final class Operator {
  private static final String NAME = "ann";
  private static final int FEWEST_SITES = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);
  private static final Duration BETWEEN_QUERIES = Duration.ofMillis(20);

  private final FederatedJob job;
  private final Ledger ledger;
  private final BooleanSupplier ended;
  private final SplittableRandom random;
  private final List<SiteName> in;
  private final List<SiteName> out;
  private final List<SiteName> suspended = new ArrayList<>();
  private final AtomicInteger orders;

  /**
   * @param in sites of the job
   * @param out sites that could join
   * @param orders counts the orders of all operators
   */
  Operator(
      FederatedJob job,
      Ledger ledger,
      BooleanSupplier ended,
      SplittableRandom random,
      List<SiteName> in,
      List<SiteName> out,
      AtomicInteger orders) {
    this.job = job;
    this.ledger = ledger;
    this.ended = ended;
    this.random = random;
    this.in = new ArrayList<>(in);
    this.out = new ArrayList<>(out);
    this.orders = orders;
  }

  /** Does something to the job. */
  void act() {
    switch (random.nextInt(10)) {
      case 0 -> pause(false);
      case 1 -> pause(true);
      case 2 -> approveFor(1 + random.nextInt(3));
      case 3 -> waitForOneSite();
      default -> order();
    }
  }

  private void order() {
    switch (random.nextInt(9)) {
      case 0, 1 -> changeTraining();
      case 2 -> changeLate();
      case 3 -> join();
      case 4 -> leave();
      case 5 -> suspend();
      case 6 -> restore();
      case 7 -> rewind();
      default -> decideLate();
    }
  }

  void changeTraining() {
    int batch = 1 + random.nextInt(1_000);
    give(why -> new Change(NAME, why, Map.of("training", Map.of("batch", batch))));
  }

  private void changeLate() {
    Map<String, Object> late =
        switch (random.nextInt(4)) {
          case 0 -> Map.of("type", "hold");
          case 1 -> Map.of("type", "discard");
          default -> Map.of("type", "fold");
        };
    give(why -> new Change(NAME, why, Map.of("rounds", Map.of("late", late))));
  }

  private void join() {
    move(out, in, Move.JOIN);
  }

  private void leave() {
    if (in.size() > FEWEST_SITES) {
      move(in, out, Move.LEAVE);
    }
  }

  private void suspend() {
    if (in.size() > FEWEST_SITES) {
      move(in, suspended, Move.SUSPEND);
    }
  }

  private void restore() {
    move(suspended, in, Move.RESTORE);
  }

  private void move(List<SiteName> from, List<SiteName> to, Move move) {
    if (from.isEmpty()) {
      return;
    }
    SiteName site = from.get(random.nextInt(from.size()));
    if (give(why -> new MoveSite(NAME, why, site, move))) {
      from.remove(site);
      to.add(site);
    }
  }

  private void rewind() {
    int most = Math.max(0, ledger.last());
    int round = Math.max(0, most - random.nextInt(15));
    give(why -> new Rewind(NAME, why, round));
  }

  private void decideLate() {
    Optional<LateUpdate> late = status().late().stream().findFirst();
    boolean accept = random.nextBoolean();
    late.ifPresent(
        one -> give(why -> new DecideLate(NAME, why, one.update().site(), one.round(), accept)));
  }

  private void pause(boolean now) {
    if (!give(why -> new Pause(NAME, why, now)) || !await(JobState.PAUSED)) {
      return;
    }
    int manifests = ledger.manifests();
    for (int i = random.nextInt(4); i > 0; i--) {
      order();
    }
    if (ledger.manifests() != manifests) {
      throw new AssertionError("a paused job went on to round " + ledger.last());
    }
    give(why -> new Resume(NAME, why));
  }

  private void approveFor(int times) {
    int every = 1 + random.nextInt(3);
    give(why -> new Change(NAME, why, Map.of("approval", Map.of("every", every))));
    for (int i = 0; i < times && await(JobState.AWAITING_APPROVAL); i++) {
      if (random.nextInt(4) == 0) {
        order();
      }
      if (await(JobState.AWAITING_APPROVAL)) {
        int round = status().round();
        if (give(why -> new Approve(NAME, why, round))) {
          await(
              () -> ledger.last() != round || status().state() != JobState.AWAITING_APPROVAL,
              BETWEEN_QUERIES);
        }
      }
    }
    give(why -> new Change(NAME, why, Map.of("approval", Map.of("every", 0))));
  }

  /** While the site is still at work for an earlier round, the job is blocked. */
  private void waitForOneSite() {
    String site = in.get(random.nextInt(in.size())).value();
    give(why -> new Change(NAME, why, Map.of("rounds", Map.of("required", List.of(site)))));
    awaitManifests(ledger.manifests() + 4);
    give(why -> new Change(NAME, why, Map.of("rounds", Map.of("required", List.of()))));
  }

  private JobStatus status() {
    while (true) {
      try {
        return job.status();
      } catch (WorkflowException runIsReplaced) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  /** Waits for so many manifests in all; false if the job ends before. */
  boolean awaitManifests(int many) {
    return await(() -> ledger.manifests() >= many, BETWEEN_LOOKS);
  }

  private boolean await(JobState state) {
    return await(() -> status().state() == state, BETWEEN_QUERIES);
  }

  /** False if the job ends before. */
  private boolean await(BooleanSupplier condition, Duration between) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (ended.getAsBoolean()) {
        return false;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "nothing more comes: " + ledger.summary() + ", " + status() + ", " + job.sites());
      }
      LockSupport.parkNanos(between.toNanos());
    }
    return true;
  }

  /** Whether the job takes the order. A run that is just being replaced is asked again. */
  private boolean give(Function<String, Object> order) {
    int number = orders.incrementAndGet();
    Object made = order.apply("#" + number);
    ledger.give(number, made);
    while (!ended.getAsBoolean()) {
      try {
        send(made);
        ledger.accept(number);
        return true;
      } catch (WorkflowUpdateException refused) {
        return false;
      } catch (WorkflowNotFoundException runIsReplaced) {
        LockSupport.parkNanos(1_000_000);
      } catch (WorkflowServiceException failure) {
        if (!isUntaken(failure)) {
          throw failure;
        }
      }
    }
    return false;
  }

  /** The server dropped the order with a workflow task that came to nothing. */
  private static boolean isUntaken(WorkflowServiceException failure) {
    return failure.getCause() instanceof StatusRuntimeException status
        && status.getStatus().getCode() == Status.Code.FAILED_PRECONDITION;
  }

  private void send(Object order) {
    if (order instanceof Pause pause) {
      job.pause(pause);
    } else if (order instanceof Resume resume) {
      job.resume(resume);
    } else if (order instanceof Change change) {
      job.change(change);
    } else if (order instanceof MoveSite move) {
      job.moveSite(move);
    } else if (order instanceof DecideLate decide) {
      job.decideLate(decide);
    } else if (order instanceof Rewind rewind) {
      job.rewind(rewind);
    } else if (order instanceof Approve approve) {
      job.approve(approve);
    }
  }
}
