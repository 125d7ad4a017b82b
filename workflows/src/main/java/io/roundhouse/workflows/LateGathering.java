package io.roundhouse.workflows;

import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.JobSpec;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.SignalExternalWorkflowException;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Optional;

/** What a round does after its close: it waits for its late updates and hands them to the job. */
final class LateGathering {
  private final JobSpec spec;
  private final RoundInput input;
  private final Gathering<Update> training;
  private final FederatedJob job;

  LateGathering(JobSpec spec, RoundInput input, Gathering<Update> training) {
    this.spec = spec;
    this.input = input;
    this.training = training;
    job = Workflow.newExternalWorkflowStub(FederatedJob.class, FederatedJob.workflowId(spec.job()));
  }

  /** Tells the job that the round has closed and counts, even when it is stopped. */
  void tellOfClose(RoundResult result) {
    Workflow.newDetachedCancellationScope(() -> tell(() -> job.roundClosed(result))).run();
  }

  /** Returns at once when the round is stopped: it has closed, and counts all the same. */
  void run(RoundResult result) {
    try {
      gather(result);
    } catch (CanceledFailure stopped) {
      return;
    }
  }

  private void gather(RoundResult result) {
    tellOfClose(result);
    long end = Workflow.currentTimeMillis() + spec.rounds().late().worth().within().toMillis();
    while (!training.stragglers().isEmpty() || training.hasLate()) {
      Duration left = Duration.ofMillis(Math.max(0, end - Workflow.currentTimeMillis()));
      if (!Workflow.await(left, training::hasLate)) {
        break;
      }
      for (Gathering.Late<Update> answer : training.takeLate()) {
        answer
            .answer()
            .ifPresentOrElse(
                update ->
                    Workflow.newDetachedCancellationScope(() -> keep(answer.site(), update)).run(),
                () -> giveUp(answer.site(), answer.reason()));
      }
    }
    for (SiteName site : training.stragglers()) {
      giveUp(site, "it did not answer in time");
    }
  }

  private void keep(SiteName site, Update update) {
    LateUpdate late =
        new LateUpdate(
            input.round(), input.take(), input.model(), update, Workflow.currentTimeMillis());
    Activities.atServer(ServerActivities.class, "keep late r" + input.round() + " @ " + site)
        .keep(spec.job(), late);
    tell(() -> job.late(new LateAnswer(site, input.round(), input.take(), Optional.of(late), "")));
  }

  private void giveUp(SiteName site, String reason) {
    tell(
        () ->
            job.late(new LateAnswer(site, input.round(), input.take(), Optional.empty(), reason)));
  }

  /** A job that has ended needs no late updates. */
  private static void tell(Runnable signal) {
    try {
      signal.run();
    } catch (SignalExternalWorkflowException gone) {
      return;
    }
  }
}
