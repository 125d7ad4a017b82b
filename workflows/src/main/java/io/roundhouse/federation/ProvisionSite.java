package io.roundhouse.federation;

import io.roundhouse.domain.Identity;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * One member's way into a federation: its request is checked and waits for an operator's word, the
 * authority signs and makes the kit, the register takes it up, and at two thirds of its time it
 * gets a new one. It ends when the member is revoked or removed, or is not let in.
 */
@WorkflowInterface
public interface ProvisionSite {
  /**
   * Lets the member in, and keeps it in. Fails with type {@code ProvisioningFailed} if the
   * authority refuses the request or fails.
   */
  @WorkflowMethod(name = "ProvisionSite")
  ProvisionStatus run(ProvisionInput input);

  /** How far it is. */
  @QueryMethod(description = "state, reason, and the newest kit")
  ProvisionStatus status();

  /** Lets the member in. */
  @UpdateMethod(description = "let the member in")
  ProvisionStatus approve(Approval order);

  @UpdateValidatorMethod(updateName = "approve")
  void checkApprove(Approval order);

  /** Turns the member away. */
  @UpdateMethod(description = "turn the member away")
  ProvisionStatus deny(Denial order);

  @UpdateValidatorMethod(updateName = "deny")
  void checkDeny(Denial order);

  /** The member is no longer one. */
  @SignalMethod(description = "sent by the register")
  void end(String reason);

  /** The workflow id of a member. */
  static String workflowId(Identity identity) {
    return "provision/" + identity.federation() + "/" + identity.kind() + "/" + identity.name();
  }
}
