package io.roundhouse.enrolment;

import io.grpc.StatusRuntimeException;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.Text;
import io.roundhouse.federation.ProvisionSite;
import io.roundhouse.federation.ProvisionStatus;
import io.roundhouse.terminal.Failure;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ApplicationFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The requests of sites and operators that have used their tokens. */
final class Requests {
  private final OpenConnection connection;
  private final WorkflowClient client;

  Requests(OpenConnection connection) {
    this.connection = connection;
    this.client = connection.client();
  }

  /** All that are not finished: those that wait, and members that are looked after. */
  List<ProvisionStatus> open() {
    List<ProvisionStatus> found = new ArrayList<>();
    try (Stream<WorkflowExecutionMetadata> runs =
        client.listExecutions("WorkflowType = 'ProvisionSite' AND ExecutionStatus = 'Running'")) {
      for (WorkflowExecutionMetadata run : runs.toList()) {
        if (run.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING) {
          found.add(stub(run.getExecution().getWorkflowId()).status());
        }
      }
      return found;
    } catch (StatusRuntimeException e) {
      throw connection.explained(e);
    } catch (WorkflowException e) {
      throw noWorker(e);
    }
  }

  /** Decides about the request of a member that waits. */
  ProvisionStatus decide(String name, Function<ProvisionSite, ProvisionStatus> decision) {
    List<ProvisionStatus> waiting =
        open().stream().filter(status -> status.state() == ProvisionStatus.State.WAITING).toList();
    ProvisionStatus request =
        waiting.stream()
            .filter(status -> status.identity().name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    Failure.badInput(
                        "no request of "
                            + Text.quote(name)
                            + " waits"
                            + Text.nearest(
                                    name, waiting.stream().map(s -> s.identity().name()).toList())
                                .map(near -> ", perhaps you should write " + near)
                                .orElse(
                                    ", perhaps you should look at `roundhouse provision"
                                        + " requests`")));
    try {
      return decision.apply(stub(ProvisionSite.workflowId(request.identity())));
    } catch (WorkflowUpdateException e) {
      throw Failure.badInput(
          e.getCause() instanceof ApplicationFailure refused
              ? String.valueOf(refused.getOriginalMessage())
              : "the request cannot be decided: " + e.getMessage());
    } catch (WorkflowException e) {
      throw noWorker(e);
    }
  }

  private ProvisionSite stub(String workflowId) {
    return client.newWorkflowStub(ProvisionSite.class, workflowId);
  }

  private static Failure noWorker(WorkflowException e) {
    return Failure.badInput(
        "no server answers for the requests ("
            + e.getClass().getSimpleName()
            + "), perhaps you should start one: its worker of queue fl-server keeps them");
  }
}
