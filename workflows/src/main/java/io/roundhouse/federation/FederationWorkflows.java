package io.roundhouse.federation;

import io.temporal.worker.Worker;

/** The workflows of a federation's members, as a worker must know them. */
public final class FederationWorkflows {
  private FederationWorkflows() {}

  /** Registers them with a worker of {@link io.roundhouse.workflows.TaskQueues#SERVER}. */
  public static void registerWith(Worker worker) {
    worker.registerWorkflowImplementationTypes(FederationImpl.class, ProvisionSiteImpl.class);
  }
}
