package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.roundhouse.policy.PolicyQuestion;
import io.roundhouse.policy.SitePolicy;
import io.roundhouse.workflows.PrepareActivities;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a site's policy for every task, and says no in its words. */
final class PolicyGuard {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyGuard.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ENGLISH);

  private final Supplier<SitePolicy> policy;
  private final Clock clock;

  PolicyGuard(Supplier<SitePolicy> policy, Clock clock) {
    this.policy = requireNonNull(policy, "policy is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  /**
   * Looks whether a task may be done now.
   *
   * @param waits whether the task may be tried again when the site opens, instead of failing
   * @return the policy, for the rest of the task
   * @throws ApplicationFailure {@code PolicyRefused}, which no other try mends, or {@code
   *     SiteClosed}
   */
  SitePolicy admit(PolicyQuestion task, boolean waits) {
    SitePolicy now = read();
    List<String> broken = now.refusals(task);
    if (!broken.isEmpty()) {
      throw refused(broken);
    }
    Instant time = clock.instant();
    if (!now.hours().isOpen(time)) {
      throw closed(now.hours().opensAt(time), time, waits);
    }
    return now;
  }

  /**
   * Looks whether a training of so many rows may be done.
   *
   * @throws ApplicationFailure {@code PolicyRefused} if not
   */
  static void checkRows(SitePolicy policy, long rows, int epochs) {
    List<String> broken = new ArrayList<>();
    policy.refusal(rows, epochs).ifPresent(broken::add);
    if (!broken.isEmpty()) {
      throw refused(broken);
    }
  }

  /** No look at the clock beyond this is a site's. */
  static ApplicationFailure refused(List<String> rules) {
    return Failures.permanent(
        Failures.POLICY_REFUSED,
        "this site's policy refuses it: "
            + String.join("; ", rules)
            + ", perhaps you should ask the site's organisation");
  }

  private SitePolicy read() {
    try {
      return policy.get();
    } catch (RuntimeException e) {
      LOG.error("every task is refused, since the policy cannot be used: {}", e.getMessage());
      throw Failures.permanent(
          Failures.POLICY_REFUSED,
          "this site's policy has mistakes, so it refuses everything, perhaps its organisation"
              + " should look into the site's log");
    }
  }

  private static ApplicationFailure closed(ZonedDateTime opens, Instant now, boolean waits) {
    String message = "it opens " + TIME.format(opens) + " " + opens.getZone() + ", by its policy";
    ApplicationFailure.Builder failure =
        ApplicationFailure.newBuilder()
            .setMessage(message)
            .setType(PrepareActivities.SITE_CLOSED)
            .setNonRetryable(!waits);
    if (waits) {
      failure.setNextRetryDelay(Duration.between(now, opens.toInstant()).plusSeconds(1));
    }
    return failure.build();
  }
}
