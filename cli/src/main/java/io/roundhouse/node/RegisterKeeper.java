package io.roundhouse.node;

import io.roundhouse.federation.Federation;
import io.roundhouse.federation.FederationInput;
import io.roundhouse.federation.Member;
import io.roundhouse.provisioning.Workspace;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sees that the register of a federation runs, and has it take up whom the project admin has
 * revoked at the prompt: nothing is renewed for them any more.
 */
final class RegisterKeeper implements Runnable {
  private final Workspace workspace;
  private final WorkflowClient client;
  private Optional<Set<String>> known = Optional.empty();

  RegisterKeeper(Workspace workspace, WorkflowClient client) {
    this.workspace = workspace;
    this.client = client;
  }

  @Override
  public void run() {
    Set<String> revoked =
        workspace.members().stream()
            .filter(member -> member.revocation().isPresent())
            .map(Member::identity)
            .map(identity -> identity.name())
            .collect(Collectors.toSet());
    if (known.isEmpty()) {
      start();
    }
    if (!known.equals(Optional.of(revoked))) {
      client
          .newWorkflowStub(Federation.class, Federation.workflowId(workspace.federation()))
          .refresh();
      known = Optional.of(revoked);
    }
  }

  private void start() {
    Federation register =
        client.newWorkflowStub(
            Federation.class,
            WorkflowOptions.newBuilder()
                .setWorkflowId(Federation.workflowId(workspace.federation()))
                .setTaskQueue(TaskQueues.SERVER)
                .setWorkflowIdConflictPolicy(
                    WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setStaticSummary("register of federation " + workspace.federation())
                .build());
    WorkflowClient.start(register::run, FederationInput.of(workspace.federation()));
  }
}
