package io.roundhouse.federation;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;
import java.util.Optional;

/**
 * The register of a federation: who belongs to it, and whose certificates are revoked. It runs as
 * long as the federation is there. What the authority issues or revokes by itself it takes up with
 * each refresh, at least once a day.
 */
@WorkflowInterface
public interface Federation {
  /** Keeps the register. */
  @WorkflowMethod(name = "Federation")
  void run(FederationInput input);

  /** The members, in the order of their names. */
  @QueryMethod(description = "servers, sites and operators with their certificates")
  List<Member> members();

  /** The newest list of revoked certificates; empty before the first refresh. */
  @QueryMethod(description = "where the newest list of revoked certificates is")
  Optional<RevocationsPublished> revocations();

  /** Takes a member, or a new certificate of one, up. */
  @UpdateMethod(description = "take up a member or its new certificate")
  Member register(Registration order);

  @UpdateValidatorMethod(updateName = "register")
  void checkRegister(Registration order);

  /** Revokes every certificate of a member; has been published when it returns. */
  @UpdateMethod(description = "revoke every certificate of a member")
  Member revoke(Revoke order);

  @UpdateValidatorMethod(updateName = "revoke")
  void checkRevoke(Revoke order);

  /** Takes a member off the register that has no valid certificate left. */
  @UpdateMethod(description = "forget a member that has no valid certificate")
  Member remove(Remove order);

  @UpdateValidatorMethod(updateName = "remove")
  void checkRemove(Remove order);

  /** Has the list of revoked certificates signed anew, and takes up what the authority did. */
  @UpdateMethod(description = "sign the list of revoked certificates anew")
  RevocationsPublished refresh();

  /** The workflow id of a federation. */
  static String workflowId(String federation) {
    return "federation/" + federation;
  }
}
