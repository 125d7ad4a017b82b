package io.roundhouse.federation;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Identity;
import io.roundhouse.federation.ProvisionStatus.State;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Saga;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A member's way into a federation as a workflow. */
public final class ProvisionSiteImpl implements ProvisionSite {
  private static final int LONGEST = 500;

  /** Between tries of a renewal that the authority failed at. */
  private static final Duration PAUSE = Duration.ofDays(1);

  private final ProvisionInput input;
  private final Identity identity;
  private State state = State.CHECKING;
  private String message = "";
  private Optional<IssuedKit> issued;
  private Optional<Approval> approval = Optional.empty();
  private Optional<Denial> denial = Optional.empty();
  private Optional<String> ended = Optional.empty();
  private int tries;

  /** Takes the request before any query, update or signal. */
  @WorkflowInit
  public ProvisionSiteImpl(ProvisionInput input) {
    this.input = input;
    identity = input.identity();
    issued = input.issued();
    if (issued.isPresent()) {
      state = State.ISSUED;
    }
  }

  @Override
  public ProvisionStatus run(ProvisionInput sameInput) {
    if (issued.isEmpty()) {
      admit();
    }
    if (state == State.ISSUED) {
      keep();
    }
    Workflow.await(Workflow::isEveryHandlerFinished);
    if (state == State.FAILED) {
      throw ApplicationFailure.newNonRetryableFailure(message, "ProvisioningFailed");
    }
    return status();
  }

  @Override
  public ProvisionStatus status() {
    return new ProvisionStatus(
        state, message, identity, input.invitation(), input.sha256(), issued);
  }

  @Override
  public void checkApprove(Approval order) {
    requireOpen(order.by(), order.reason());
  }

  @Override
  public ProvisionStatus approve(Approval order) {
    approval = Optional.of(order);
    Workflow.await(() -> state != State.WAITING && state != State.SIGNING);
    return status();
  }

  @Override
  public void checkDeny(Denial order) {
    requireOpen(order.by(), order.reason());
  }

  @Override
  public ProvisionStatus deny(Denial order) {
    denial = Optional.of(order);
    Workflow.await(() -> state != State.WAITING);
    return status();
  }

  @Override
  public void end(String reason) {
    ended = Optional.of(reason);
  }

  /** From the request to the first kit. */
  private void admit() {
    try {
      Ca.activities("check the request of " + identity.name())
          .check(new CheckTask(identity, input.request(), input.invitation(), input.proof()));
    } catch (ActivityFailure e) {
      show(State.FAILED, reason(e));
      return;
    }
    show(
        State.WAITING,
        "waits for the approval of a project admin, who should see that the request is "
            + input.sha256().abbreviated());
    boolean decided =
        Workflow.await(
            input.within(), () -> approval.isPresent() || denial.isPresent() || ended.isPresent());
    if (!decided) {
      show(State.EXPIRED, "nobody approved it within " + input.within().toHours() + " hours");
    } else if (ended.isPresent()) {
      show(State.ENDED, ended.get());
    } else if (denial.isPresent()) {
      show(State.DENIED, "denied by " + denial.get().by() + reasonGiven(denial.get().reason()));
    } else {
      String by = approval.orElseThrow().by();
      show(State.SIGNING, "approved by " + by + reasonGiven(approval.orElseThrow().reason()));
      sign(1, by).ifPresent(kit -> issued = Optional.of(kit));
    }
  }

  /** Renews the kit in time, until the member is no longer one. */
  private void keep() {
    IssuedKit kit = issued.orElseThrow();
    Duration wait = untilRenewal(kit.certificate());
    while (!Workflow.await(wait, () -> ended.isPresent())) {
      Optional<IssuedKit> next = sign(kit.times() + 1, kit.approvedBy());
      if (next.isPresent() && ended.isEmpty()) {
        Workflow.await(Workflow::isEveryHandlerFinished);
        Workflow.continueAsNew(input.with(next.get()));
      }
      wait = PAUSE;
    }
    show(State.ENDED, ended.orElseThrow());
  }

  /** One certificate with its kit; if a step fails, those before it are taken back. */
  private Optional<IssuedKit> sign(int times, String by) {
    tries++;
    String id = input.invitation() + "-" + times + "-" + tries;
    Saga saga = new Saga(new Saga.Options.Builder().setContinueWithError(true).build());
    try {
      saga.addCompensation(
          () ->
              Ca.activities("take back what was made for " + identity.name())
                  .withdraw(new WithdrawTask(id, identity)));
      MemberCertificate certificate =
          Ca.activities("sign for " + identity.name() + ", time " + times)
              .issue(new IssueTask(id, identity, input.request(), times > 1));
      Artifact kit =
          Ca.activities("put the kit of " + identity.name() + " into the store")
              .deliver(new DeliverTask(identity, certificate));
      Ca.activities("register " + identity.name())
          .register(new Registration(by, new Member(identity, List.of(), List.of(certificate))));
      show(State.ISSUED, "valid until " + certificate.until());
      return Optional.of(new IssuedKit(times, by, certificate, kit));
    } catch (ActivityFailure e) {
      saga.compensate();
      if (issued.isEmpty()) {
        show(State.FAILED, reason(e));
      } else {
        show(State.ISSUED, "could not be renewed, is tried again: " + reason(e));
      }
      return Optional.empty();
    }
  }

  private static Duration untilRenewal(MemberCertificate certificate) {
    Duration wait =
        Duration.between(Instant.ofEpochMilli(Workflow.currentTimeMillis()), certificate.renewal());
    return wait.isNegative() ? Duration.ZERO : wait;
  }

  private void requireOpen(String by, String reason) {
    if (by.isBlank() || by.length() > LONGEST || reason.length() > LONGEST) {
      throw refused(
          "a decision needs the name of who makes it, and neither that nor its reason may have more"
              + " than "
              + LONGEST
              + " characters");
    }
    if (state != State.WAITING || approval.isPresent() || denial.isPresent()) {
      throw refused(
          "the request of "
              + identity.name()
              + " is not open: "
              + state.name().toLowerCase(Locale.ROOT));
    }
  }

  private void show(State newState, String newMessage) {
    state = newState;
    message = newMessage;
    Workflow.setCurrentDetails(
        "%s `%s` of %s: **%s** %s\n\nrequest %s"
            .formatted(
                identity.kind(),
                identity.name(),
                identity.organisation(),
                newState.name().toLowerCase(Locale.ROOT),
                newMessage,
                input.sha256()));
  }

  private static String reasonGiven(String reason) {
    return reason.isEmpty() ? "" : ": " + reason;
  }

  private static String reason(ActivityFailure failure) {
    @Nullable Throwable cause = failure.getCause();
    return cause instanceof ApplicationFailure application
        ? String.valueOf(application.getOriginalMessage())
        : "the authority did not answer, perhaps you should look at the worker of queue fl-ca";
  }

  private static ApplicationFailure refused(String text) {
    return ApplicationFailure.newNonRetryableFailure(text, "DecisionRefused");
  }
}
