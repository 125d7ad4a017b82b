package io.roundhouse.federation;

import io.roundhouse.domain.Artifact;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/**
 * What the certificate authority does. No key is in any of its arguments and results. Everything
 * may be done again, and then gives what it gave.
 */
@ActivityInterface
public interface CaActivities {
  /** Checks a request and uses its token; fails if either is refused. */
  @ActivityMethod
  void check(CheckTask task);

  /** Issues a certificate and makes the kit that goes with it. */
  @ActivityMethod
  MemberCertificate issue(IssueTask task);

  /** Puts a kit into the store. */
  @ActivityMethod
  Artifact deliver(DeliverTask task);

  /** Has a member taken up by {@link Federation#register}; starts the register if need be. */
  @ActivityMethod
  void register(Registration order);

  /** Takes back what {@link #issue} and {@link #deliver} did. */
  @ActivityMethod
  void withdraw(WithdrawTask task);

  /** Revokes a member's certificates and publishes the list of them. */
  @ActivityMethod
  Refreshed revoke(RevokeTask task);

  /** Publishes the list of revoked certificates, and tells what has changed. */
  @ActivityMethod
  Refreshed refresh(RefreshTask task);
}
