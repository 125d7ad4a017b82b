package io.roundhouse.workflows;

import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.SiteName;
import io.temporal.workflow.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks sites all at once and gathers their answers. What comes after it was closed is kept apart,
 * for whoever wants late answers. Sites that are still at work when the round's workflow ends learn
 * at their next heartbeat that nobody waits for them.
 */
final class Gathering<T> {
  /** An answer that came after the close; empty if the site failed instead. */
  record Late<T>(SiteName site, Optional<T> answer, String reason) {}

  private final List<SiteName> sites;
  private final SortedMap<SiteName, T> answers = new TreeMap<>();
  private final SortedMap<SiteName, Exclusion> exclusions = new TreeMap<>();
  private final List<Late<T>> late = new ArrayList<>();
  private final List<SiteName> stragglers = new ArrayList<>();
  private boolean closed;

  Gathering(List<SiteName> sites) {
    this.sites = List.copyOf(sites);
  }

  /** Sends every site its task. */
  void ask(Function<SiteName, Promise<T>> task) {
    for (SiteName site : sites) {
      task.apply(site)
          .handle(
              (answer, failure) -> {
                note(site, answer, failure);
                return answer;
              });
    }
  }

  /** Takes no more answers; those that are still at work are late from now on. */
  void close() {
    closed = true;
    for (SiteName site : sites) {
      if (!answers.containsKey(site) && !exclusions.containsKey(site)) {
        stragglers.add(site);
        exclusions.put(
            site, new Exclusion(site, Cause.LATE, "the round closed before it answered"));
      }
    }
  }

  /** How many sites are at work. */
  int working() {
    return sites.size() - answers.size() - exclusions.size();
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

  /** Sites that were at work at the close and have not answered since. */
  List<SiteName> stragglers() {
    return List.copyOf(stragglers);
  }

  /** The answers that came after the close, and are given once. */
  List<Late<T>> takeLate() {
    List<Late<T>> taken = List.copyOf(late);
    late.clear();
    return taken;
  }

  boolean hasLate() {
    return !late.isEmpty();
  }

  RoundProgress progress(int round, String phase) {
    return new RoundProgress(round, phase, sites.size(), answers.size(), exclusions.size());
  }

  private void note(SiteName site, @Nullable T answer, @Nullable RuntimeException failure) {
    if (closed) {
      stragglers.remove(site);
      String reason = answer == null ? excluded(site, failure).reason() : "";
      late.add(new Late<>(site, Optional.ofNullable(answer), reason));
    } else if (answer != null) {
      answers.put(site, answer);
    } else {
      exclusions.put(site, excluded(site, failure));
    }
  }

  private Exclusion excluded(SiteName site, @Nullable RuntimeException failure) {
    return SiteFailure.oneOf(sites.size(), SiteFailure.exclusion(site, failure));
  }
}
