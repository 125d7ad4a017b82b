package io.roundhouse.gateway;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Role;
import io.roundhouse.workflows.JobMemo;
import java.util.Optional;

/**
 * Whose a job or a schedule is.
 *
 * @param submitter who submitted it through a gateway; empty if somebody else made it
 * @param run the run that was looked at; empty for a schedule
 * @param firstRun the first of the runs that continue each other; may be empty
 */
record Owner(Optional<Identity> submitter, String run, String firstRun) {
  /** Under this name the submitter is kept in a workflow's memo. */
  static final String MEMO = JobMemo.SUBMITTER;

  Owner {
    requireNonNull(submitter, "submitter is null");
    requireNonNull(run, "run is null");
    requireNonNull(firstRun, "firstRun is null");
  }

  /** Whether an operator steers it: all of them, or the own and those of the own organisation. */
  boolean isSteeredBy(Identity operator) {
    Optional<Role> role = operator.role();
    return role.equals(Optional.of(Role.PROJECT_ADMIN))
        || (role.equals(Optional.of(Role.LEAD))
            && submitter.filter(it -> isSame(it, operator)).isPresent());
  }

  private static boolean isSame(Identity submitter, Identity operator) {
    return submitter.uri().equals(operator.uri())
        || submitter.organisation().equals(operator.organisation());
  }

  @Override
  public String toString() {
    return submitter.map(Identity::uri).orElse("somebody at the server");
  }
}
