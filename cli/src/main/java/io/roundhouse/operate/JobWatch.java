package io.roundhouse.operate;

import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.RoundSummary;
import io.roundhouse.terminal.Ago;
import io.roundhouse.terminal.Bar;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.terminal.Units;
import io.roundhouse.workflows.FederatedRound;
import io.roundhouse.workflows.RoundProgress;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Follows a job to its end: a row for each finished round, and a line about the one that runs. */
public final class JobWatch {
  private static final long POLL_MILLIS = 150;
  private static final long PLAIN_PROGRESS_MILLIS = 10_000;
  private static final long SILENCE_MILLIS = 10_000;

  private final WorkflowClient client;
  private final WorkflowStub stub;
  private final JobId job;
  private final Terminal terminal;
  private final RoundTable table;
  private final Map<Integer, RoundSummary> shown = new HashMap<>();
  private final Set<Decision> decided = new HashSet<>();
  private boolean following;
  private String waiting = "";
  private long saidAt = System.currentTimeMillis();
  private long answeredAt = saidAt;
  private boolean silent;

  /**
   * @param stub the job; it is followed from run to run
   */
  public JobWatch(WorkflowClient client, WorkflowStub stub, JobId job, Terminal terminal) {
    this.client = client;
    this.stub = stub;
    this.job = job;
    this.terminal = terminal;
    table = new RoundTable(terminal);
  }

  /**
   * Returns when the job has completed.
   *
   * @throws Failure if it failed or was cancelled, or if the server's certificate is not accepted
   *     any more
   */
  public JobResult follow() {
    table.header();
    CompletableFuture<JobResult> result = stub.getResultAsync(JobResult.class);
    while (true) {
      try {
        JobResult ended = result.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
        showRounds();
        terminal.clear();
        if (ended.state() != JobState.COMPLETED) {
          throw Failure.jobFailed("the job " + job + " was " + ended.reason());
        }
        return ended;
      } catch (TimeoutException stillRunning) {
        showRounds().ifPresentOrElse(this::showProgress, this::showSilence);
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
      answeredAt = System.currentTimeMillis();
      silent = false;
      for (RoundSummary round : status.recent()) {
        if (!round.equals(shown.put(round.round(), round))) {
          boolean best = status.best().filter(b -> b.round() == round.round()).isPresent();
          table.row(round, best);
          saidAt = System.currentTimeMillis();
        }
      }
      showDecisions(status);
      return Optional.of(status);
    } catch (WorkflowException notAnswered) {
      OpenConnection.distrust(notAnswered).ifPresent(this::giveUp);
      return Optional.empty();
    }
  }

  private void giveUp(String distrust) {
    terminal.clear();
    throw Failure.badInput(
        "no secure connection to the server any more ("
            + distrust
            + "), perhaps you should find out who answers there, with a kit by `roundhouse preflight`;"
            + " that does not end the job "
            + job);
  }

  /** Those that are made while the job is followed. */
  private void showDecisions(JobStatus status) {
    for (Decision decision : status.decisions()) {
      if (decided.add(decision) && following) {
        terminal.line(terminal.yellow("  " + decision.by() + " " + decision.text()));
      }
    }
    following = true;
  }

  /** What a job waits for stays on the screen; what it does passes. */
  private void showWaiting(JobStatus status) {
    boolean waits = StatusText.isWaiting(status.state().name());
    String text = waits ? status.state() + ": " + status.message() : "";
    if (!text.equals(waiting) && waits) {
      terminal.line(terminal.yellow("  " + StatusText.headline(status, Instant.now())));
      saidAt = System.currentTimeMillis();
    }
    waiting = text;
  }

  private void showSilence() {
    long now = System.currentTimeMillis();
    if (!silent && now - answeredAt > SILENCE_MILLIS) {
      silent = true;
      terminal.line(
          terminal.yellow(
              "  no answer from the server's workers, perhaps you should start them; the job goes"
                  + " on when they are back"));
    }
  }

  private void showProgress(JobStatus status) {
    showWaiting(status);
    long now = System.currentTimeMillis();
    boolean dueInPlain =
        !terminal.isLive() && waiting.isEmpty() && now - saidAt > PLAIN_PROGRESS_MILLIS;
    if (!terminal.isLive() && !dueInPlain) {
      return;
    }
    String text = " " + Ago.inWords(status.message(), Instant.now());
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
              .newUntypedWorkflowStub(FederatedRound.workflowId(job, status.round(), status.take()))
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
