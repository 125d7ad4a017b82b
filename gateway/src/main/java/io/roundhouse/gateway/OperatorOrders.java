package io.roundhouse.gateway;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Message;
import io.roundhouse.control.MoveSite.Move;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Role;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Text;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.update.v1.Input;
import io.temporal.api.update.v1.Meta;
import io.temporal.api.update.v1.Request;
import io.temporal.api.workflowservice.v1.DeleteWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.RequestCancelWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.TerminateWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.UpdateWorkflowExecutionRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What changes something: jobs are started, steered and removed, by role and by whose they are. */
final class OperatorOrders implements Rpcs {
  private static final String SERVICE = "temporal.api.workflowservice.v1.WorkflowService/";
  private static final Set<String> ORDERS =
      Set.of("pause", "resume", "abort", "change", "moveSite", "decideLate", "rewind", "approve");

  private final Temporal temporal;
  private final Owners owners;
  private final Function<SiteName, Optional<String>> organisations;

  OperatorOrders(
      Temporal temporal, Owners owners, Function<SiteName, Optional<String>> organisations) {
    this.temporal = temporal;
    this.owners = owners;
    this.organisations = organisations;
  }

  @Override
  public Map<String, Rpc> byName() {
    return Map.ofEntries(
        entry(SERVICE + "StartWorkflowExecution", this::start),
        entry(SERVICE + "UpdateWorkflowExecution", this::update),
        entry(SERVICE + "RequestCancelWorkflowExecution", this::cancel),
        entry(SERVICE + "TerminateWorkflowExecution", this::terminate),
        entry(SERVICE + "DeleteWorkflowExecution", this::delete));
  }

  private CompletableFuture<byte[]> start(RpcCall call) {
    StartWorkflowExecutionRequest request = call.read(StartWorkflowExecutionRequest.parser());
    call.about(request.getWorkflowId());
    temporal.requireNamespace(request.getNamespace());
    if (JobErrand.isOne(request.getWorkflowType().getName())) {
      return run(call, JobErrand.of(request, call.caller()));
    }
    requireSubmitter(call.caller());
    JobId job = JobWorkflow.start(request.getWorkflowId());
    JobJson.Input input = JobJson.input(request.getInput(), job, call.caller());
    byte[] start = JobStart.of(request, input.payloads(), call.caller()).toByteArray();
    if (call.caller().role().equals(Optional.of(Role.PROJECT_ADMIN))) {
      return carryOut(call, start);
    }
    return owners
        .ofJobIfAny(call, request.getWorkflowId())
        .thenCompose(
            owner -> {
              requireFree(call.caller(), job, owner, input.recovers());
              return carryOut(call, start);
            });
  }

  private CompletableFuture<byte[]> run(RpcCall call, JobErrand errand) {
    return errand.changes()
        ? steer(
            call,
            WorkflowExecution.newBuilder().setWorkflowId(errand.start().getWorkflowId()).build(),
            owner -> errand.start())
        : carryOut(call, errand.start().toByteArray());
  }

  /** Nobody takes a name that is another's, nor a lost job that may be another's. */
  private static void requireFree(
      Identity caller, JobId job, Optional<Owner> owner, boolean recovers) {
    if (owner.isPresent() && !owner.get().isSteeredBy(caller)) {
      throw Refusal.forbidden(
          "there is a job "
              + job
              + " of "
              + owner.get()
              + " already, perhaps you should choose another name");
    }
    if (recovers && owner.isEmpty()) {
      throw Refusal.forbidden(
          "Temporal does not know whose the lost job "
              + job
              + " was, perhaps you should ask a project_admin to recover it");
    }
  }

  private CompletableFuture<byte[]> update(RpcCall call) {
    UpdateWorkflowExecutionRequest request = call.read(UpdateWorkflowExecutionRequest.parser());
    temporal.requireNamespace(request.getNamespace());
    Input order = request.getRequest().getInput();
    JobWorkflow workflow = JobWorkflow.require(request.getWorkflowExecution().getWorkflowId());
    call.about(workflow.id() + " " + order.getName());
    if (!ORDERS.contains(order.getName()) || !workflow.id().equals(workflow.job())) {
      throw Refusal.forbidden(
          "a job takes no order "
              + Text.quote(order.getName())
              + ", perhaps you should use "
              + Text.choices(ORDERS.stream().sorted().toList()));
    }
    Payloads args = JobJson.order(order.getArgs(), call.caller());
    Function<String, Message> rewritten =
        firstRun ->
            UpdateWorkflowExecutionRequest.newBuilder()
                .setNamespace(temporal.namespace())
                .setWorkflowExecution(request.getWorkflowExecution())
                .setFirstExecutionRunId(firstRun)
                .setWaitPolicy(request.getWaitPolicy())
                .setRequest(
                    Request.newBuilder()
                        .setMeta(
                            Meta.newBuilder()
                                .setUpdateId(request.getRequest().getMeta().getUpdateId())
                                .setIdentity(call.caller().uri()))
                        .setInput(Input.newBuilder().setName(order.getName()).setArgs(args)))
                .build();
    if (movesOwnSite(call.caller(), order.getName(), args)) {
      return carryOut(call, rewritten.apply(request.getFirstExecutionRunId()).toByteArray());
    }
    return steer(
        call,
        request.getWorkflowExecution(),
        owner -> rewritten.apply(firstRun(request.getFirstExecutionRunId(), owner)));
  }

  /** Organisations look after their own sites, in everybody's jobs. */
  private boolean movesOwnSite(Identity caller, String order, Payloads args) {
    if (!caller.role().equals(Optional.of(Role.ORG_ADMIN)) || !order.equals("moveSite")) {
      return false;
    }
    JsonNode move = JobJson.tree(args);
    String site = move.path("site").asText();
    boolean own =
        JobId.isLabel(site)
            && organisations.apply(new SiteName(site)).equals(Optional.of(caller.organisation()));
    boolean mild =
        List.of(Move.SUSPEND.name(), Move.RESTORE.name()).contains(move.path("move").asText());
    if (!own || !mild) {
      throw Refusal.forbidden(
          "the role org_admin may SUSPEND and RESTORE sites of "
              + caller.organisation()
              + ", and "
              + Text.quote(site)
              + " is not known to be one, or the move is another, perhaps you should ask a"
              + " project_admin");
    }
    return true;
  }

  private CompletableFuture<byte[]> cancel(RpcCall call) {
    RequestCancelWorkflowExecutionRequest request =
        call.read(RequestCancelWorkflowExecutionRequest.parser());
    temporal.requireNamespace(request.getNamespace());
    call.about(request.getWorkflowExecution().getWorkflowId());
    return steer(
        call,
        request.getWorkflowExecution(),
        owner ->
            request.toBuilder()
                .setIdentity(call.caller().uri())
                .setFirstExecutionRunId(firstRun(request.getFirstExecutionRunId(), owner))
                .clearLinks()
                .build());
  }

  private CompletableFuture<byte[]> terminate(RpcCall call) {
    TerminateWorkflowExecutionRequest request =
        call.read(TerminateWorkflowExecutionRequest.parser());
    temporal.requireNamespace(request.getNamespace());
    call.about(request.getWorkflowExecution().getWorkflowId());
    return steer(
        call,
        request.getWorkflowExecution(),
        owner ->
            request.toBuilder()
                .setIdentity(call.caller().uri())
                .setFirstExecutionRunId(firstRun(request.getFirstExecutionRunId(), owner))
                .clearLinks()
                .build());
  }

  private CompletableFuture<byte[]> delete(RpcCall call) {
    DeleteWorkflowExecutionRequest request = call.read(DeleteWorkflowExecutionRequest.parser());
    temporal.requireNamespace(request.getNamespace());
    WorkflowExecution execution = request.getWorkflowExecution();
    call.about(execution.getWorkflowId());
    return steer(
        call,
        execution,
        owner ->
            request.toBuilder()
                .setWorkflowExecution(
                    execution.getRunId().isEmpty()
                        ? execution.toBuilder().setRunId(owner.run()).build()
                        : execution)
                .build());
  }

  /** Carries out what only those may who steer the job. */
  private CompletableFuture<byte[]> steer(
      RpcCall call, WorkflowExecution execution, Function<Owner, Message> request) {
    JobWorkflow workflow = JobWorkflow.require(execution.getWorkflowId());
    boolean itself = workflow.id().equals(workflow.job());
    if (call.caller().role().equals(Optional.of(Role.PROJECT_ADMIN))) {
      return carryOut(call, request.apply(new Owner(Optional.empty(), "", "")).toByteArray());
    }
    requireSubmitter(call.caller());
    return owners
        .ofJob(call, workflow.job(), itself ? execution.getRunId() : "")
        .thenCompose(
            owner -> {
              if (!owner.isSteeredBy(call.caller())) {
                throw Refusal.forbidden(
                    workflow.job().substring(3)
                        + " is a job of "
                        + owner
                        + ", perhaps you should ask them or a project_admin");
              }
              Owner looked = itself ? owner : new Owner(owner.submitter(), "", "");
              return carryOut(call, request.apply(looked).toByteArray());
            });
  }

  /** Nothing is changed that is not on record. */
  private CompletableFuture<byte[]> carryOut(RpcCall call, byte[] request) {
    return call.recorded().thenCompose(recorded -> temporal.send(call, request));
  }

  /** The runs that the owner was looked up for, unless the caller names them. */
  private static String firstRun(String asked, Owner owner) {
    return asked.isEmpty() ? owner.firstRun() : asked;
  }

  private static void requireSubmitter(Identity caller) {
    Role role = caller.role().orElse(Role.MEMBER);
    if (role != Role.LEAD && role != Role.PROJECT_ADMIN) {
      throw Refusal.forbidden(
          "the role "
              + role
              + " may not start, steer or remove jobs, perhaps you should ask a lead or a"
              + " project_admin");
    }
  }
}
