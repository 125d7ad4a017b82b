package io.roundhouse.gateway;

import io.roundhouse.control.Abort;
import io.roundhouse.control.Approve;
import io.roundhouse.control.Change;
import io.roundhouse.control.DecideLate;
import io.roundhouse.control.MoveSite;
import io.roundhouse.control.Pause;
import io.roundhouse.control.Resume;
import io.roundhouse.control.Rewind;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.JobInput;
import io.roundhouse.workflows.LateAnswer;
import io.roundhouse.workflows.RoundResult;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A job that does nothing but remember who submitted it and who gave it orders. */
public final class ProbeJob implements FederatedJob {
  private final JobInput input;
  private final List<Decision> decisions = new ArrayList<>();
  private boolean over;

  /** Takes the input before any order. */
  @WorkflowInit
  public ProbeJob(JobInput input) {
    this.input = input;
  }

  @Override
  public JobResult run(JobInput same) {
    Workflow.await(() -> over);
    throw ApplicationFailure.newNonRetryableFailure("over", "Over");
  }

  @Override
  public JobStatus status() {
    return new JobStatus(
        new JobId("demo", "job"),
        JobState.RUNNING,
        0,
        1,
        1,
        input.submitter().map(Object::toString).orElse("nobody"),
        List.of(),
        List.of(),
        decisions,
        Optional.empty(),
        List.of());
  }

  @Override
  public List<SiteStatus> sites() {
    return List.of();
  }

  @Override
  public Map<String, Object> spec() {
    return input.spec();
  }

  private JobStatus note(String by, String what) {
    decisions.add(new Decision(0, 0, by, what));
    return status();
  }

  @Override
  public JobStatus pause(Pause order) {
    return note(order.by(), "pause");
  }

  @Override
  public void checkPause(Pause order) {}

  @Override
  public JobStatus resume(Resume order) {
    return note(order.by(), "resume");
  }

  @Override
  public void checkResume(Resume order) {}

  @Override
  public JobStatus abort(Abort order) {
    over = true;
    return note(order.by(), "abort");
  }

  @Override
  public void checkAbort(Abort order) {}

  @Override
  public JobStatus change(Change order) {
    return note(order.by(), "change");
  }

  @Override
  public void checkChange(Change order) {}

  @Override
  public JobStatus moveSite(MoveSite order) {
    return note(order.by(), order.move() + " " + order.site());
  }

  @Override
  public void checkMoveSite(MoveSite order) {}

  @Override
  public JobStatus decideLate(DecideLate order) {
    return note(order.by(), "decideLate");
  }

  @Override
  public void checkDecideLate(DecideLate order) {}

  @Override
  public JobStatus rewind(Rewind order) {
    return note(order.by(), "rewind");
  }

  @Override
  public void checkRewind(Rewind order) {}

  @Override
  public JobStatus approve(Approve order) {
    return note(order.by(), "approve");
  }

  @Override
  public void checkApprove(Approve order) {}

  @Override
  public void roundClosed(RoundResult result) {}

  @Override
  public void late(LateAnswer answer) {}
}
