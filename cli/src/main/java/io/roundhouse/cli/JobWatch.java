package io.roundhouse.cli;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.RoundSummary;
import io.roundhouse.workflows.FederatedRound;
import io.roundhouse.workflows.RoundProgress;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Follows a job to its end: a row for each finished round, and a line about the one that runs. */
final class JobWatch {
  private static final long POLL_MILLIS = 150;
  private static final long PLAIN_PROGRESS_MILLIS = 10_000;

  private final WorkflowClient client;
  private final WorkflowStub stub;
  private final JobId job;
  private final Terminal terminal;
  private final RoundTable table;
  private int shown = -1;
  private long saidAt = System.currentTimeMillis();

  JobWatch(WorkflowClient client, WorkflowStub stub, JobId job, Terminal terminal) {
    this.client = client;
    this.stub = stub;
    this.job = job;
    this.terminal = terminal;
    table = new RoundTable(terminal);
  }

  /**
   * Returns when the job has completed.
   *
   * @throws Failure if it failed or was cancelled
   */
  JobResult follow() {
    table.header();
    CompletableFuture<JobResult> result = stub.getResultAsync(JobResult.class);
    while (true) {
      try {
        JobResult ended = result.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
        showRounds();
        terminal.clear();
        return ended;
      } catch (TimeoutException stillRunning) {
        showRounds().ifPresent(this::showProgress);
      } catch (ExecutionException | CompletionException e) {
        showRounds();
        terminal.clear();
        throw Failure.jobFailed("the job " + job + " failed: " + reason(e.getCause()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Failure.jobFailed("interrupted");
      }
    }
  }

  private Optional<JobStatus> showRounds() {
    try {
      JobStatus status = stub.query("status", JobStatus.class);
      for (RoundSummary round : status.recent()) {
        if (round.round() > shown) {
          boolean best = status.best().filter(b -> b.round() == round.round()).isPresent();
          table.row(round, best);
          shown = round.round();
          saidAt = System.currentTimeMillis();
        }
      }
      return Optional.of(status);
    } catch (WorkflowException notAnswered) {
      return Optional.empty();
    }
  }

  private void showProgress(JobStatus status) {
    long now = System.currentTimeMillis();
    boolean dueInPlain = !terminal.isLive() && now - saidAt > PLAIN_PROGRESS_MILLIS;
    if (!terminal.isLive() && !dueInPlain) {
      return;
    }
    String text = " " + status.message();
    if (status.state() == JobState.RUNNING) {
      text = progress(status).orElse(text);
    }
    if (dueInPlain) {
      terminal.line(text);
      saidAt = now;
    } else {
      terminal.status(text);
    }
  }

  private Optional<String> progress(JobStatus status) {
    try {
      RoundProgress round =
          client
              .newUntypedWorkflowStub(FederatedRound.workflowId(job, status.round()))
              .query("progress", RoundProgress.class);
      String excluded = round.excluded() == 0 ? "" : ", " + round.excluded() + " excluded";
      if (round.selected() == 0) {
        return Optional.of(Units.format(" %5d            %s", round.round(), round.phase()));
      }
      return Optional.of(
          Units.format(
              " %5d %9s  %s %s%s",
              round.round(),
              round.answered() + "/" + round.selected(),
              Bar.gauge(round.answered(), round.selected(), 20),
              round.phase(),
              excluded));
    } catch (WorkflowException notAnswered) {
      return Optional.empty();
    }
  }

  private static String reason(@Nullable Throwable failure) {
    Throwable cause = failure instanceof WorkflowFailedException ? failure.getCause() : failure;
    if (cause instanceof CanceledFailure) {
      return "it was cancelled";
    }
    if (cause instanceof ApplicationFailure error) {
      return error.getOriginalMessage();
    }
    return cause instanceof TemporalFailure error
        ? String.valueOf(error.getOriginalMessage())
        : String.valueOf(cause);
  }
}
