package io.roundhouse.workflows;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.spec.LateSpec;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.common.SearchAttributes;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.ExternalWorkflowStub;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A round as its job sees it: it closes when it ends, or when it says so and goes on alone. */
final class RunningRound {
  private final RoundInput input;
  private final Consumer<RoundInput> gone;
  private final FederatedRound child;
  private final CompletablePromise<RoundResult> closed = Workflow.newPromise();
  private final CancellationScope scope;
  private final List<LateUpdate> late;
  private Promise<?> ended = Workflow.newPromise(Optional.empty());

  private RunningRound(RoundInput input, Consumer<RoundInput> gone) {
    this.input = input;
    this.gone = gone;
    late = new ArrayList<>(input.late());
    child = Workflow.newChildWorkflowStub(FederatedRound.class, options(input));
    scope =
        Workflow.newCancellationScope(
            () ->
                ended =
                    Async.function(child::run, input)
                        .handle(
                            (result, failure) -> {
                              end(result, failure);
                              return Optional.ofNullable(result);
                            }));
  }

  /**
   * @param gone is told when a round that went on alone has ended, however it did
   */
  static RunningRound start(RoundInput input, Consumer<RoundInput> gone) {
    RunningRound round = new RunningRound(input, gone);
    round.scope.run();
    return round;
  }

  /** A round that late updates outlive is not ended by its job, which may continue as new. */
  private static ChildWorkflowOptions options(RoundInput input) {
    JobId job = input.spec().job();
    return ChildWorkflowOptions.newBuilder()
        .setWorkflowId(FederatedRound.workflowId(job, input.round(), input.take()))
        .setParentClosePolicy(
            input.spec().rounds().late().outlivesRounds()
                ? ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON
                : ParentClosePolicy.PARENT_CLOSE_POLICY_REQUEST_CANCEL)
        .setStaticSummary("round " + input.round() + " · " + input.sites().size() + " sites")
        .setTypedSearchAttributes(
            SearchAttributes.newBuilder()
                .set(JobAttributes.PROJECT, job.project())
                .set(JobAttributes.JOB, job.name())
                .set(JobAttributes.ROUND, (long) input.round())
                .build())
        .build();
  }

  /**
   * The result, or nothing if the round was stopped before it closed. One that closed at the moment
   * in which it was stopped has its manifest, and counts.
   */
  Optional<RoundResult> await(BooleanSupplier stop) {
    Workflow.await(() -> closed.isCompleted() || stop.getAsBoolean());
    if (closed.isCompleted()) {
      return Optional.of(closed.get());
    }
    scope.cancel("the round is stopped");
    Workflow.await(() -> ended.isCompleted());
    return closed.getFailure() == null ? Optional.of(closed.get()) : Optional.empty();
  }

  private void end(@Nullable RoundResult result, @Nullable RuntimeException failure) {
    if (closed.isCompleted()) {
      gone.accept(input);
    } else if (failure == null) {
      closed.complete(result);
    } else {
      closed.completeExceptionally(failure);
    }
  }

  /** Whether this is the round with that result. */
  boolean is(RoundResult result) {
    return result.summary().round() == input.round() && result.take() == input.take();
  }

  int number() {
    return input.round();
  }

  /** What becomes of its late updates; the job's may be another by now. */
  LateSpec latePolicy() {
    return input.spec().rounds().late();
  }

  /** The round has closed and goes on alone. */
  void close(RoundResult result) {
    if (!closed.isCompleted()) {
      closed.complete(result);
    }
  }

  /** Hands on what came for an earlier round; a round that has ended needs it no more. */
  void late(LateAnswer answer) {
    answer.update().ifPresent(late::add);
    Async.procedure(child::late, answer).handle((done, ended) -> Optional.ofNullable(ended));
  }

  /** Whether it was given that late update. */
  boolean has(LateUpdate update) {
    return late.contains(update);
  }

  /** Stops a round of an earlier time, if it is still there. */
  static void cancel(String workflowId) {
    ExternalWorkflowStub round = Workflow.newUntypedExternalWorkflowStub(workflowId);
    Async.procedure(round::cancel).handle((done, gone) -> Optional.ofNullable(gone));
  }
}
