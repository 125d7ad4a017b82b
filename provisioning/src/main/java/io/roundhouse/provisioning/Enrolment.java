package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;
import io.roundhouse.federation.Federation;
import io.roundhouse.federation.IssuedKit;
import io.roundhouse.federation.ProvisionInput;
import io.roundhouse.federation.ProvisionSite;
import io.roundhouse.federation.ProvisionStatus;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.Json;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowUpdateException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The server's side of an enrolment, behind whatever brings the messages: a gateway puts it at
 * {@link #PATH}, open to clients without a certificate, and shows the root as the last of its own
 * chain, by which a client knows the federation. Tokens that the federation did not make are
 * refused here, without a word to anybody. Safe for use by many threads.
 */
public final class Enrolment {
  /**
   * Where a gateway takes {@link EnrolmentAsk} by POST and gives {@link EnrolmentAnswer}, as JSON.
   */
  public static final String PATH = "/v1/enrolment";

  /** Where a gateway gives a member that shows its certificate its newest sealed kit, by GET. */
  public static final String KIT_PATH = "/v1/kit";

  /** Larger messages are refused. */
  public static final int MOST_BYTES = 64 << 10;

  private static final Duration WITHIN = Duration.ofDays(30);
  private static final int MOST_KIT_BYTES = 16 << 20;

  private final String federation;
  private final List<byte[]> sealingKeys;
  private final WorkflowClient client;
  private final ArtifactStore store;
  private final Clock clock;

  /**
   * @param federation the only one that can be joined here
   * @param sealingKeys the federation's, one in base64 a line as in {@code local/sealing.key}
   * @param client reaches the workflows
   * @param store where kits are
   * @param clock by which tokens expire
   */
  public Enrolment(
      String federation,
      String sealingKeys,
      WorkflowClient client,
      ArtifactStore store,
      Clock clock) {
    this.federation = requireNonNull(federation, "federation is null");
    this.sealingKeys =
        sealingKeys
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .map(Base64.getDecoder()::decode)
            .toList();
    this.client = requireNonNull(client, "client is null");
    this.store = requireNonNull(store, "store is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  /** Answers a message of at most 64 KiB; whatever is wrong with it is in the answer. */
  public byte[] answer(byte[] json) {
    try {
      if (json.length > MOST_BYTES) {
        throw new ProvisioningException("the message is larger than 64 KiB");
      }
      return Json.write(answer(Json.read(json, EnrolmentAsk.class)));
    } catch (CorruptArtifactException | ProvisioningException e) {
      return Json.write(EnrolmentAnswer.refused(String.valueOf(e.getMessage())));
    }
  }

  /** How far the enrolment is; the first time it is begun. */
  public EnrolmentAnswer answer(EnrolmentAsk ask) {
    try {
      EnrolmentToken token = EnrolmentToken.parse(ask.token());
      if (!isGenuine(token) || !token.identity().federation().equals(federation)) {
        return EnrolmentAnswer.refused(
            "this is no token of federation "
                + federation
                + ", perhaps you should ask your project admin for a new one");
      }
      return answer(token, ask.request(), CertificateRequest.read(ask.request()));
    } catch (ProvisioningException e) {
      return EnrolmentAnswer.refused(String.valueOf(e.getMessage()));
    }
  }

  /** Tokens outlive a change of the sealing key while the old one is still in the file. */
  private boolean isGenuine(EnrolmentToken token) {
    boolean genuine = false;
    for (byte[] key : sealingKeys) {
      genuine |= token.isGenuine(key);
    }
    return genuine;
  }

  /** The newest sealed kit of a member, whose certificate has been checked. */
  public Optional<byte[]> newestKit(Identity member) {
    return status(member).flatMap(ProvisionStatus::issued).map(this::kit);
  }

  private EnrolmentAnswer answer(EnrolmentToken token, String pem, CertificateRequest request) {
    Optional<ProvisionStatus> status = status(token.identity());
    if (status.filter(known -> isOther(known, token)).isPresent()) {
      refresh();
      status = status(token.identity());
    }
    if (status.isPresent() && status.get().invitation().equals(token.id())) {
      return status.get().sha256().equals(request.sha256())
          ? answer(status.get())
          : EnrolmentAnswer.refused(
              "the token was used already, for another key, perhaps you should ask your project"
                  + " admin for a new one, and whether somebody else used it");
    }
    if (status.filter(known -> isOther(known, token)).isPresent()) {
      return EnrolmentAnswer.refused(
          token.identity().name()
              + " is a member already, or has asked to be one, perhaps the project admin should run"
              + " `roundhouse provision reissue "
              + token.identity().name()
              + "` first");
    }
    if (token.expires().isBefore(clock.instant())) {
      return EnrolmentAnswer.refused(
          "the token expired on "
              + token.expires()
              + ", perhaps you should ask your project admin for a new one");
    }
    return begin(token, pem, request);
  }

  private EnrolmentAnswer begin(EnrolmentToken token, String pem, CertificateRequest request) {
    ProvisionSite site =
        client.newWorkflowStub(
            ProvisionSite.class,
            WorkflowOptions.newBuilder()
                .setWorkflowId(ProvisionSite.workflowId(token.identity()))
                .setTaskQueue(TaskQueues.SERVER)
                .setWorkflowIdReusePolicy(
                    WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setStaticSummary("enrolment of " + token.identity().name())
                .build());
    try {
      WorkflowClient.start(
          site::run,
          new ProvisionInput(
              token.identity(),
              pem,
              request.sha256(),
              token.id(),
              token.proof(),
              WITHIN,
              Optional.empty()));
    } catch (WorkflowExecutionAlreadyStarted e) {
      // Two messages at once: the next one finds what this one lost to.
      return EnrolmentAnswer.waiting("is looked at");
    }
    return EnrolmentAnswer.waiting(
        "waits for the approval of a project admin, who should see that the request is "
            + request.sha256().abbreviated());
  }

  /** Whether somebody with another token is a member, or about to become one. */
  private static boolean isOther(ProvisionStatus status, EnrolmentToken token) {
    return !status.invitation().equals(token.id())
        && switch (status.state()) {
          case CHECKING, WAITING, SIGNING, ISSUED -> true;
          case DENIED, EXPIRED, FAILED, ENDED -> false;
        };
  }

  private EnrolmentAnswer answer(ProvisionStatus status) {
    return switch (status.state()) {
      case CHECKING, WAITING, SIGNING -> EnrolmentAnswer.waiting(status.message());
      case ISSUED ->
          new EnrolmentAnswer(
              EnrolmentAnswer.State.ISSUED,
              status.message(),
              status.issued().map(this::kit).map(Base64.getEncoder()::encodeToString));
      case DENIED, EXPIRED, FAILED, ENDED -> EnrolmentAnswer.refused(status.message());
    };
  }

  private byte[] kit(IssuedKit issued) {
    return store
        .read(issued.kit().path(), MOST_KIT_BYTES)
        .orElseThrow(
            () ->
                new ProvisioningException(
                    "the kit is no longer in the store, perhaps the project admin should renew it"));
  }

  private Optional<ProvisionStatus> status(Identity identity) {
    try {
      return Optional.of(
          client.newWorkflowStub(ProvisionSite.class, ProvisionSite.workflowId(identity)).status());
    } catch (WorkflowNotFoundException e) {
      return Optional.empty();
    }
  }

  /** A member that was revoked at the authority itself may not have been told yet. */
  private void refresh() {
    try {
      client.newWorkflowStub(Federation.class, Federation.workflowId(federation)).refresh();
    } catch (WorkflowNotFoundException | WorkflowUpdateException e) {
      // There is no register yet, or its authority is away: nothing has changed then.
    }
  }
}
