package io.roundhouse.workflows;

import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.SiteName;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks sites all at once and gathers their answers until enough have come or time is up. */
final class Gathering<T> {
  private final List<SiteName> sites;
  private final SortedMap<SiteName, T> answers = new TreeMap<>();
  private final SortedMap<SiteName, Exclusion> exclusions = new TreeMap<>();
  private boolean closed;

  Gathering(List<SiteName> sites) {
    this.sites = List.copyOf(sites);
  }

  /**
   * Waits until {@code target} sites have answered, every site has answered or failed, {@code
   * quorum} is out of reach, or the deadline has passed; then the sites that are still at work are
   * told to stop.
   */
  void run(Function<SiteName, Promise<T>> ask, int quorum, int target, Duration deadline) {
    CancellationScope asked =
        Workflow.newCancellationScope(
            () -> {
              for (SiteName site : sites) {
                ask.apply(site)
                    .handle(
                        (answer, failure) -> {
                          note(site, answer, failure);
                          return answer;
                        });
              }
            });
    asked.run();
    Workflow.await(
        deadline,
        () ->
            answers.size() >= target
                || answers.size() + exclusions.size() == sites.size()
                || sites.size() - exclusions.size() < quorum);
    closed = true;
    for (SiteName site : sites) {
      if (!answers.containsKey(site) && !exclusions.containsKey(site)) {
        exclusions.put(
            site, new Exclusion(site, Cause.LATE, "the round closed before it answered"));
      }
    }
    asked.cancel("the round is closed");
  }

  /** Answers in site order. */
  List<T> answers() {
    return List.copyOf(answers.values());
  }

  /** Answers by site. */
  SortedMap<SiteName, T> bySite() {
    return answers;
  }

  /** Sites without an answer, in site order. */
  List<Exclusion> exclusions() {
    return new ArrayList<>(exclusions.values());
  }

  RoundProgress progress(int round, String phase) {
    return new RoundProgress(round, phase, sites.size(), answers.size(), exclusions.size());
  }

  private void note(SiteName site, @Nullable T answer, @Nullable RuntimeException failure) {
    if (closed) {
      return;
    }
    if (answer != null) {
      answers.put(site, answer);
    } else {
      exclusions.put(site, exclusion(site, failure));
    }
  }

  private static Exclusion exclusion(SiteName site, @Nullable RuntimeException failure) {
    Throwable cause = failure instanceof ActivityFailure ? failure.getCause() : failure;
    if (cause instanceof TimeoutFailure timeout) {
      return switch (timeout.getTimeoutType()) {
        case TIMEOUT_TYPE_SCHEDULE_TO_START ->
            new Exclusion(
                site, Cause.OFFLINE, "no worker took its task, perhaps you should start the site");
        case TIMEOUT_TYPE_HEARTBEAT ->
            new Exclusion(site, Cause.FAILED, "it fell silent in the middle of its task");
        default -> new Exclusion(site, Cause.FAILED, "it did not finish in time");
      };
    }
    if (cause instanceof ApplicationFailure error) {
      return new Exclusion(site, Cause.FAILED, String.valueOf(error.getOriginalMessage()));
    }
    return new Exclusion(site, Cause.FAILED, String.valueOf(cause));
  }
}
