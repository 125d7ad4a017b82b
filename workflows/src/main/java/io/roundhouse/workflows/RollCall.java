package io.roundhouse.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Asks sites whether they are there; the truth of the moment, not of a list of pollers. */
@WorkflowInterface
public interface RollCall {
  /** Asks each site on its own queue, all at once. */
  @WorkflowMethod(name = "RollCall")
  RollCallAnswers run(RollCallInput input);
}
