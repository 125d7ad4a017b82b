package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.roundhouse.control.Abort;
import io.roundhouse.control.MoveSite;
import io.roundhouse.control.MoveSite.Move;
import io.roundhouse.control.Pause;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Role;
import io.roundhouse.domain.SiteName;
import io.roundhouse.workflows.DeletionInput;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.JobInput;
import io.roundhouse.workflows.LogRequest;
import io.roundhouse.workflows.LogTask;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.TerminateWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators by role and condition, with clients of the SDK as they come. */
@Timeout(120)
class OperatorTest {
  private static final Identity EVE =
      new Identity("demo", Identity.Kind.OPERATOR, "eve", "evil", Optional.of(Role.PROJECT_ADMIN));

  private static final JobId DEMO = new JobId("demo", "job");

  private final Path folder;
  private TestFederation federation;
  private Gateway gateway;
  private WorkflowClient ana;
  private WorkflowClient colleague;
  private WorkflowClient bob;
  private WorkflowClient mia;
  private WorkflowClient admin;

  OperatorTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void start() {
    federation = new TestFederation(folder);
    gateway = federation.gateway();
    Sites.server(federation);
    ana = operator("ana", "charite", Role.LEAD);
    colleague = operator("cleo", "charite", Role.LEAD);
    bob = operator("bob", "pasteur", Role.LEAD);
    mia = operator("mia", "charite", Role.MEMBER);
    admin = operator("root", "hub", Role.PROJECT_ADMIN);
  }

  @AfterEach
  void stop() throws Exception {
    federation.close();
  }

  @Test
  void theGatewaySaysWhoSubmitsAndWhoOrders() {
    start(ana, "job", claiming());
    FederatedJob job = job(ana);

    job.pause(new Pause("spiffe://demo/operator/root", "night", false));

    assertThat(job.status().message()).isEqualTo("spiffe://demo/operator/ana");
    assertThat(job.status().decisions())
        .containsExactly(new Decision(0, 0, "spiffe://demo/operator/ana", "pause"));
    assertThat(job.spec()).containsEntry("seed", 7);
    federation.awaitAudited("\"action\":\"UpdateWorkflowExecution\"");
    assertThat(federation.audited())
        .contains(
            "\"caller\":\"spiffe://demo/operator/ana\"",
            "\"object\":\"fl/demo/job pause\",\"allowed\":true");
  }

  @Test
  void theSubmitterIsKeptWithTheWorkflow() {
    WorkflowOptions.Builder options = options("job").setMemo(Map.of("submitter", EVE, "ticket", 7));
    start(ana, options, claiming());

    Map<String, io.temporal.api.common.v1.Payload> memo =
        mia.getWorkflowServiceStubs()
            .blockingStub()
            .describeWorkflowExecution(
                DescribeWorkflowExecutionRequest.newBuilder()
                    .setNamespace("default")
                    .setExecution(WorkflowExecution.newBuilder().setWorkflowId("fl/demo/job"))
                    .build())
            .getWorkflowExecutionInfo()
            .getMemo()
            .getFieldsMap();

    assertThat(memo).containsOnlyKeys("submitter", "ticket");
    assertThat(Optional.ofNullable(memo.get("submitter")).flatMap(JobJson::identity))
        .map(Identity::uri)
        .contains("spiffe://demo/operator/ana");
  }

  @Test
  void membersLookAndDoNotTouch() {
    denied(
        () -> start(mia, "job", input("job")),
        "the role member may not start, steer or remove jobs");
    start(ana, "job", input("job"));

    assertThat(job(mia).status().message()).contains("ana");
    denied(() -> job(mia).abort(new Abort("", "")), "the role member may not");
    denied(() -> stub(mia).cancel(), "the role member may not");
    denied(() -> stub(mia).terminate("why"), "the role member may not");
  }

  @Test
  void leadsSteerTheirOwnAndTheirOrganisationsJobs() {
    start(ana, "job", input("job"));

    denied(
        () -> job(bob).abort(new Abort("", "")), "demo/job is a job of spiffe://demo/operator/ana");
    denied(() -> stub(bob).cancel(), "perhaps you should ask them or a project_admin");
    denied(() -> stub(bob).terminate("why"), "is a job of");
    assertThat(job(bob).status().message()).contains("ana");
    job(colleague).pause(new Pause("", "", false));
    job(admin).pause(new Pause("", "", true));

    assertThat(job(ana).status().decisions())
        .extracting(Decision::by)
        .containsExactly("spiffe://demo/operator/cleo", "spiffe://demo/operator/root");
    job(colleague).abort(new Abort("", ""));
  }

  @Test
  void jobsThatNobodyVouchesForAreTheAdmins() {
    start(federation.inside(), "job", claimingToBe("bob", "pasteur"));

    denied(() -> job(bob).abort(new Abort("", "")), "a job of somebody at the server");
    job(admin).abort(new Abort("", ""));
  }

  @Test
  void aNameThatIsAnothersIsNotTaken() {
    start(ana, "job", input("job"));
    stub(ana).terminate("over");

    denied(
        () -> start(bob, "job", input("job")),
        "there is a job demo/job of spiffe://demo/operator/ana already, perhaps you should");
    denied(() -> start(bob, "job", recovering("job")), "already");
    start(colleague, "job", input("job"));
  }

  @Test
  void aLostJobIsRecoveredByThoseWhoMay() {
    denied(() -> start(ana, "job", recovering("job")), "ask a project_admin to recover it");
    start(admin, "job", recovering("job"));
  }

  @Test
  void aStartEndsNoJobThatRuns() {
    start(ana, "job", input("job"));

    denied(
        () ->
            start(
                ana,
                options("job")
                    .setWorkflowIdConflictPolicy(
                        WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING),
                input("job")),
        "a start ends no job that runs");
    assertThat(job(ana).status().decisions()).isEmpty();
    assertThat(WorkflowIdReusePolicy.values()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"fl/demo/job/r00001", "demo/job", "fl/demo/Job", "fed/demo", "fl/demo/job/"})
  void startsJobsUnderTheirNamesOnly(String id) {
    refused(
        () -> start(ana, options("job").setWorkflowId(id), input("job")),
        "cannot be the id of a job's workflow");
  }

  @Test
  void startsWhatTheSpecNames() {
    refused(
        () -> start(ana, "other", input("job")),
        "the workflow's id says name 'other', the spec says 'job'");
    denied(
        () -> start(ana, options("job").setTaskQueue("site-berlin"), input("job")),
        "only workflows of type FederatedJob on the queue fl-server");
    denied(
        () -> {
          WorkflowStub probe = ana.newUntypedWorkflowStub("ProvisionSite", options("job").build());
          probe.start(input("job"));
        },
        "only workflows of type FederatedJob");
    refused(
        () -> start(ana, options("job").setCronSchedule("* * * * *"), input("job")),
        "perhaps you should make a schedule");
  }

  @Test
  void membersAskForLogsAndThoseWhoSteerTheJobDeleteIt() {
    start(ana, "job", input("job"));
    LogRequest request = new LogRequest(new LogTask(DEMO, 10, 0), List.of(), List.of());
    DeletionInput deletion = new DeletionInput(DEMO, Duration.ZERO);

    errand(mia, "JobLogs", "fl/demo/job/logs/1").start(request);
    denied(
        () -> errand(mia, "JobDeletion", "fl/demo/job/delete").start(deletion),
        "the role member may not start, steer or remove jobs");
    denied(
        () -> errand(bob, "JobDeletion", "fl/demo/job/delete").start(deletion),
        "demo/job is a job of spiffe://demo/operator/ana");
    errand(ana, "JobDeletion", "fl/demo/job/delete").start(deletion);

    federation.awaitAudited("fl/demo/job/delete");
  }

  @Test
  void anErrandIsAboutTheJobOfItsId() {
    start(ana, "job", input("job"));
    DeletionInput deletion = new DeletionInput(new JobId("demo", "other"), Duration.ZERO);
    LogRequest logs = new LogRequest(new LogTask(DEMO, 10, 0), List.of(), List.of());

    denied(
        () -> errand(ana, "JobDeletion", "fl/demo/job/delete").start(deletion),
        "is not about the job demo/other");
    denied(
        () -> errand(mia, "JobLogs", "fl/demo/other/logs/1").start(logs), "is not about the job");
    denied(() -> errand(mia, "JobLogs", "fl/demo/job").start(logs), "is not about the job");
    denied(
        () ->
            mia.newUntypedWorkflowStub(
                    "JobLogs",
                    WorkflowOptions.newBuilder()
                        .setTaskQueue("site-berlin")
                        .setWorkflowId("fl/demo/job/logs/1")
                        .build())
                .start(logs),
        "is not about the job");
    refused(
        () -> errand(mia, "JobLogs", "fl/demo/job/logs/1").start(Map.of("task", "all")),
        "the input cannot be understood");
  }

  private static WorkflowStub errand(WorkflowClient client, String type, String id) {
    return client.newUntypedWorkflowStub(
        type,
        WorkflowOptions.newBuilder().setTaskQueue(TaskQueues.SERVER).setWorkflowId(id).build());
  }

  @Test
  void aJobBeginsAtItsBeginning() {
    WorkflowStub job = ana.newUntypedWorkflowStub("FederatedJob", options("job").build());
    denied(
        () -> job.start(Map.of("spec", spec("job"), "progress", Map.of("round", 3))),
        "cannot be started with progress");
  }

  @Test
  void organisationsSuspendTheirOwnSites() {
    start(ana, "job", input("job"));
    WorkflowClient pat = operator("pat", "pasteur", Role.ORG_ADMIN);
    ManagedChannel paris =
        federation.channel(gateway, federation.authority.site("paris", "pasteur"));
    ManagedChannel berlin =
        federation.channel(gateway, federation.authority.site("berlin", "charite"));
    greet(paris);
    greet(berlin);

    job(pat).moveSite(move("paris", Move.SUSPEND));
    job(pat).moveSite(move("paris", Move.RESTORE));
    denied(() -> job(pat).moveSite(move("berlin", Move.SUSPEND)), "sites of pasteur, and 'berlin'");
    denied(() -> job(pat).moveSite(move("rome", Move.SUSPEND)), "is not known to be one");
    denied(() -> job(pat).moveSite(move("paris", Move.LEAVE)), "or the move is another");
    denied(() -> job(pat).abort(new Abort("", "")), "the role org_admin may not");
    denied(() -> start(pat, "own", input("own")), "the role org_admin may not start");

    assertThat(job(ana).status().decisions())
        .extracting(Decision::text)
        .containsExactly("SUSPEND paris", "RESTORE paris");
  }

  @Test
  void otherWorkflowsAreOutOfReach() {
    WorkflowStub other =
        federation
            .inside()
            .newUntypedWorkflowStub(
                "TrainProbe",
                WorkflowOptions.newBuilder()
                    .setTaskQueue(TaskQueues.SERVER)
                    .setWorkflowId("provision/berlin")
                    .build());
    other.start(TrainProbe.task("berlin", Sites.model(federation, 10, 1)));
    for (WorkflowClient each : List.of(mia, ana, admin)) {
      WorkflowStub reached = each.newUntypedWorkflowStub("provision/berlin");
      denied(() -> reached.query("status", String.class), "is not the workflow of a job");
      denied(() -> reached.terminate("x"), "is not the workflow of a job");
      denied(() -> reached.signal("stop"), "may not call 'SignalWorkflowExecution'");
      denied(
          () ->
              each.getWorkflowServiceStubs()
                  .blockingStub()
                  .terminateWorkflowExecution(
                      TerminateWorkflowExecutionRequest.newBuilder().setNamespace("other").build()),
          "there is no namespace 'other'");
    }
  }

  @Test
  void ordersThatAJobDoesNotKnowGoNoFurther() {
    start(ana, "job", input("job"));
    denied(
        () -> stub(ana).update("__internal", String.class, new Abort("", "")),
        "a job takes no order '__internal', perhaps you should use abort, approve");
    refused(() -> stub(ana).update("abort", String.class, "text"), "one JSON object");
    refused(() -> stub(ana).update("abort", String.class), "one JSON object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SignalWorkflowExecution",
        "SignalWithStartWorkflowExecution",
        "ExecuteMultiOperation",
        "ResetWorkflowExecution",
        "PollWorkflowTaskQueue",
        "PollActivityTaskQueue",
        "RespondWorkflowTaskCompleted",
        "RespondActivityTaskCompletedById",
        "StartBatchOperation",
        "RegisterNamespace",
        "UpdateNamespace",
        "DeprecateNamespace",
        "ListNamespaces",
        "UpdateWorkflowExecutionOptions",
        "PauseWorkflowExecution",
        "SetWorkerDeploymentCurrentVersion",
        "ShutdownWorker"
      })
  void nobodyCallsWhatIsNotListed(String method) {
    ManagedChannel channel =
        federation.channel(
            gateway, federation.authority.operator("root", "hub", Role.PROJECT_ADMIN));
    denied(
        () ->
            ClientCalls.blockingUnaryCall(
                channel,
                Bytes.unary("temporal.api.workflowservice.v1.WorkflowService/" + method),
                CallOptions.DEFAULT,
                new byte[0]),
        "operators may not call '" + method + "'");
  }

  @Test
  void queuesOfTheFederationCanBeLookedAt() {
    denied(
        () ->
            mia.getWorkflowServiceStubs()
                .blockingStub()
                .describeTaskQueue(
                    DescribeTaskQueueRequest.newBuilder()
                        .setNamespace("default")
                        .setTaskQueue(
                            io.temporal.api.taskqueue.v1.TaskQueue.newBuilder()
                                .setName("temporal-sys-x"))
                        .build()),
        "is no queue of the federation");
  }

  private WorkflowClient operator(String name, String organisation, Role role) {
    return federation.through(gateway, federation.authority.operator(name, organisation, role));
  }

  private static void greet(ManagedChannel channel) {
    byte[] answer =
        ClientCalls.blockingUnaryCall(
            channel,
            Bytes.unary("temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo"),
            CallOptions.DEFAULT,
            new byte[0]);
    assertThat(answer).isNotEmpty();
  }

  private static MoveSite move(String site, Move move) {
    return new MoveSite("somebody", "", new SiteName(site), move);
  }

  private static FederatedJob job(WorkflowClient as) {
    return as.newWorkflowStub(FederatedJob.class, "fl/demo/job");
  }

  private static WorkflowStub stub(WorkflowClient as) {
    return as.newUntypedWorkflowStub("fl/demo/job");
  }

  private static void start(WorkflowClient as, String name, JobInput input) {
    start(as, options(name), input);
  }

  private static void start(WorkflowClient as, WorkflowOptions.Builder options, JobInput input) {
    FederatedJob job = as.newWorkflowStub(FederatedJob.class, options.build());
    assertThat(WorkflowClient.start(job::run, input)).isNotNull();
  }

  private static WorkflowOptions.Builder options(String name) {
    return WorkflowOptions.newBuilder()
        .setTaskQueue(TaskQueues.SERVER)
        .setWorkflowId("fl/demo/" + name);
  }

  private static Map<String, Object> spec(String name) {
    return new HashMap<>(Map.of("project", "demo", "name", name, "seed", 7));
  }

  private static JobInput input(String name) {
    return new JobInput(spec(name), List.of());
  }

  private static JobInput recovering(String name) {
    return JobInput.recovering(spec(name), List.of());
  }

  private static JobInput claiming() {
    return new JobInput(spec("job"), List.of(), false, Optional.empty(), Optional.of(EVE));
  }

  private static JobInput claimingToBe(String name, String organisation) {
    return new JobInput(
        spec("job"),
        List.of(),
        false,
        Optional.empty(),
        Optional.of(
            new Identity(
                "demo", Identity.Kind.OPERATOR, name, organisation, Optional.of(Role.LEAD))));
  }

  private static void denied(ThrowingCallable call, String reason) {
    assertThatThrownBy(call)
        .satisfies(
            e -> {
              StatusRuntimeException status = status(e);
              assertThat(status)
                  .hasMessageStartingWith("PERMISSION_DENIED")
                  .hasMessageContaining(reason);
            });
  }

  private static void refused(ThrowingCallable call, String reason) {
    assertThatThrownBy(call)
        .satisfies(
            e -> {
              StatusRuntimeException status = status(e);
              assertThat(status)
                  .hasMessageStartingWith("INVALID_ARGUMENT")
                  .hasMessageContaining(reason);
            });
  }

  private static StatusRuntimeException status(Throwable e) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (each instanceof StatusRuntimeException status) {
        return status;
      }
    }
    throw new AssertionError("no status", e);
  }
}
