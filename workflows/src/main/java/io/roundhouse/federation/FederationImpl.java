package io.roundhouse.federation;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Text;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.SignalExternalWorkflowException;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The register as a workflow. */
public final class FederationImpl implements Federation {
  private static final Duration REFRESH = Duration.ofDays(1);
  private static final int MOST_CHANGES = 100;
  private static final int LONGEST = 500;

  private final String federation;
  private final SortedMap<String, Member> members = new TreeMap<>();
  private int change;
  private int changes;
  private Optional<RevocationsPublished> revocations;

  /** Takes the register over before any query or update. */
  @WorkflowInit
  public FederationImpl(FederationInput input) {
    federation = input.federation();
    change = input.change();
    revocations = input.revocations();
    input.members().forEach(this::put);
  }

  @Override
  public void run(FederationInput sameInput) {
    while (true) {
      try {
        refreshNow();
      } catch (ActivityFailure e) {
        // The authority was away for a week: the list stays in force, and it is asked again.
        changes++;
      }
      Workflow.await(REFRESH, this::isLong);
      if (isLong()) {
        Workflow.await(Workflow::isEveryHandlerFinished);
        Workflow.continueAsNew(
            new FederationInput(federation, change, List.copyOf(members.values()), revocations));
      }
    }
  }

  @Override
  public List<Member> members() {
    return List.copyOf(members.values());
  }

  @Override
  public Optional<RevocationsPublished> revocations() {
    return revocations;
  }

  @Override
  public void checkRegister(Registration order) {
    requireBy(order.by());
    Identity identity = order.member().identity();
    if (!identity.federation().equals(federation)) {
      throw refused(identity + " is of another federation");
    }
    Member known = members.get(identity.name());
    if (known != null && known.identity().kind() != identity.kind()) {
      throw refused(
          identity.name()
              + " is a "
              + known.identity().kind()
              + " already, perhaps you should take another name");
    }
  }

  @Override
  public Member register(Registration order) {
    put(order.member());
    changes++;
    return order.member();
  }

  @Override
  public void checkRevoke(Revoke order) {
    requireBy(order.by());
    Member member = requireMember(order.name());
    if (!member.isValidAt(now())) {
      throw refused(order.name() + " has no valid certificate");
    }
  }

  @Override
  public Member revoke(Revoke order) {
    take(Ca.activities("revoke " + order.name()).revoke(new RevokeTask(federation, order)));
    return requireMember(order.name());
  }

  @Override
  public void checkRemove(Remove order) {
    requireBy(order.by());
    if (requireMember(order.name()).isValidAt(now())) {
      throw refused(order.name() + " has a valid certificate, perhaps you should revoke it first");
    }
  }

  @Override
  public Member remove(Remove order) {
    Member member = requireMember(order.name());
    members.remove(order.name());
    changes++;
    tell(member.identity(), "removed by " + order.by());
    return member;
  }

  @Override
  public RevocationsPublished refresh() {
    return refreshNow();
  }

  private RevocationsPublished refreshNow() {
    Refreshed refreshed =
        Ca.activities("sign the list of revoked certificates")
            .refresh(new RefreshTask(federation, change));
    take(refreshed);
    return refreshed.revocations();
  }

  private void take(Refreshed refreshed) {
    for (Member member : refreshed.changed()) {
      put(member);
      member
          .revocation()
          .ifPresent(
              revocation ->
                  tell(
                      member.identity(),
                      "revoked by " + revocation.by() + ": " + revocation.reason()));
    }
    change = Math.max(change, refreshed.change());
    boolean newer =
        revocations.map(list -> list.number() < refreshed.revocations().number()).orElse(true);
    revocations = newer ? Optional.of(refreshed.revocations()) : revocations;
    changes++;
    Workflow.setCurrentDetails(
        "%d members, %d revoked certificates, list %d is valid until %s"
            .formatted(
                members.size(),
                refreshed.revocations().revoked(),
                refreshed.revocations().number(),
                refreshed.revocations().nextUpdate()));
  }

  /** Ends the workflow that renews a member's certificate, if there is one. */
  private static void tell(Identity identity, String why) {
    try {
      Workflow.newExternalWorkflowStub(ProvisionSite.class, ProvisionSite.workflowId(identity))
          .end(why);
    } catch (SignalExternalWorkflowException | ApplicationFailure e) {
      // Its kit was made at the prompt: there is none.
    }
  }

  private void put(Member member) {
    members.put(member.identity().name(), member);
  }

  private boolean isLong() {
    return changes >= MOST_CHANGES || Workflow.getInfo().isContinueAsNewSuggested();
  }

  private Member requireMember(String name) {
    Member member = members.get(name);
    if (member == null) {
      throw refused(
          "there is no member "
              + Text.quote(name)
              + Text.nearest(name, members.keySet())
                  .map(near -> ", perhaps you should write " + near)
                  .orElse(""));
    }
    return member;
  }

  private static void requireBy(String by) {
    if (by.isBlank() || by.length() > LONGEST) {
      throw refused(
          "an order needs the name of who gives it, of at most " + LONGEST + " characters");
    }
  }

  private static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }

  private static ApplicationFailure refused(String message) {
    return ApplicationFailure.newNonRetryableFailure(message, "OrderRefused");
  }
}
