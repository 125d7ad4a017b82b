package io.roundhouse.workflows;

import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.SiteStatus.State;
import io.roundhouse.spec.JobSpec;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The job's sites. Nobody guesses whether a site is there: each is called once, by an activity on
 * its queue, and the call waits until the site takes it. A site that is found offline is called
 * again, and comes back by answering.
 */
final class Roster {
  private final Set<SiteName> original;
  private final SortedMap<SiteName, SiteStatus> sites = new TreeMap<>();
  private final Set<SiteName> calls = new TreeSet<>();
  private final Optional<Identity> submitter;

  /**
   * @param original the sites that the job was started with
   * @param known what is known of them, and of others, from an earlier run
   * @param submitter who submitted the job, for the policies of the sites
   */
  Roster(
      Collection<SiteName> original, Collection<SiteStatus> known, Optional<Identity> submitter) {
    this.original = Set.copyOf(original);
    original.forEach(site -> sites.put(site, SiteStatus.called(site)));
    known.forEach(site -> sites.put(site.site(), site));
    this.submitter = submitter;
  }

  /** Calls every site that is not known to be there. */
  void call(JobSpec spec) {
    for (SiteStatus site : all()) {
      if (site.state() == State.CALLED || site.state() == State.OFFLINE) {
        call(site.site(), spec);
      }
    }
  }

  private void call(SiteName site, JobSpec spec) {
    if (!calls.add(site)) {
      return;
    }
    boolean again = find(site).filter(known -> known.state() == State.OFFLINE).isPresent();
    PrepareTask task =
        new PrepareTask(
            spec.job(),
            site,
            spec.model(),
            spec.data(),
            spec.training().trainer(),
            spec.updates().minExamples(),
            submitter,
            Optional.of(spec.training()),
            again);
    Async.function(Activities.call(site.queue(), spec.rounds(), "call " + site)::prepare, task)
        .handle(
            (readiness, failure) -> {
              calls.remove(site);
              answered(site, readiness, failure, spec);
              return Optional.ofNullable(readiness);
            });
  }

  private void answered(
      SiteName site,
      @Nullable Readiness readiness,
      @Nullable RuntimeException failure,
      JobSpec spec) {
    SiteStatus before = sites.get(site);
    if (before == null || before.state() == State.LEFT || before.state() == State.SUSPENDED) {
      return;
    }
    if (failure != null && failure.getCause() instanceof CanceledFailure) {
      return;
    }
    if (readiness != null) {
      sites.put(site, before.seen(Workflow.currentTimeMillis(), readiness.examples()));
      return;
    }
    Exclusion reason = SiteFailure.exclusion(site, failure);
    if (reason.cause() == Cause.OFFLINE) {
      sites.put(site, before.in(State.OFFLINE, reason.reason()));
      call(site, spec);
    } else {
      sites.put(site, before.seen(Workflow.currentTimeMillis()).in(State.UNFIT, reason.reason()));
    }
  }

  /** Those that have not answered their first call are offline from now on. */
  void endCall() {
    for (SiteStatus site : all()) {
      if (site.state() == State.CALLED) {
        sites.put(
            site.site(),
            site.in(State.OFFLINE, "no worker took its call, perhaps you should start the site"));
      }
    }
  }

  boolean isCalling() {
    return sites.values().stream().anyMatch(site -> site.state() == State.CALLED);
  }

  /** Takes over what a round found out about the sites that it asked. */
  void note(RoundResult result, JobSpec spec) {
    SortedMap<SiteName, Exclusion> causes = new TreeMap<>();
    result.exclusions().forEach(exclusion -> causes.putIfAbsent(exclusion.site(), exclusion));
    for (SiteName site : result.selected()) {
      SiteStatus before = sites.get(site);
      if (before != null && (before.state() == State.READY || before.state() == State.BUSY)) {
        sites.put(site, after(before, Optional.ofNullable(causes.get(site))));
      }
    }
    for (Exclusion exclusion : result.exclusions()) {
      SiteStatus before = sites.get(exclusion.site());
      if (exclusion.cause() == Cause.QUARANTINED && before != null) {
        SiteStatus told =
            before.state() == State.READY
                ? before.in(State.READY, "its update was refused: " + exclusion.reason())
                : before;
        sites.put(exclusion.site(), told.refusedOnceMore());
      }
    }
    call(spec);
  }

  private static SiteStatus after(SiteStatus before, Optional<Exclusion> exclusion) {
    long now = Workflow.currentTimeMillis();
    if (exclusion.isEmpty()) {
      return before.seen(now);
    }
    return switch (exclusion.get().cause()) {
      case OFFLINE -> before.in(State.OFFLINE, exclusion.get().reason());
      case LATE -> before;
      case FAILED -> before.seen(now).in(State.READY, "it failed: " + exclusion.get().reason());
      case QUARANTINED, BUSY, UNFIT, SUSPENDED -> before.seen(now);
    };
  }

  /** The site is still at work though its round has closed. */
  void busy(SiteName site) {
    SiteStatus before = sites.get(site);
    if (before != null && before.state() == State.READY) {
      sites.put(site, before.in(State.BUSY, "it is still at work for an earlier round"));
    }
  }

  /** A busy site is done. */
  void free(SiteName site) {
    SiteStatus before = sites.get(site);
    if (before != null && before.state() == State.BUSY) {
      sites.put(site, before.seen(Workflow.currentTimeMillis()));
    }
  }

  void join(SiteName site, JobSpec spec) {
    sites.put(site, SiteStatus.called(site));
    call(site, spec);
  }

  /** Sites that came later are forgotten, so that a long job does not remember ever more. */
  void leave(SiteName site) {
    if (original.contains(site)) {
      sites.computeIfPresent(site, (name, before) -> before.in(State.LEFT, ""));
    } else {
      sites.remove(site);
    }
  }

  void suspend(SiteName site, String reason) {
    sites.computeIfPresent(site, (name, before) -> before.in(State.SUSPENDED, reason));
  }

  Optional<SiteStatus> find(SiteName site) {
    return Optional.ofNullable(sites.get(site));
  }

  List<SiteStatus> all() {
    return new ArrayList<>(sites.values());
  }

  /** The names of all sites that have not left. */
  SortedSet<SiteName> names() {
    return names(site -> site.state() != State.LEFT);
  }

  /** Those that count when a share of the sites, or a majority, is asked for. */
  SortedSet<SiteName> members() {
    return names(SiteStatus::counts);
  }

  /** Those that can be asked to train now. */
  SortedSet<SiteName> ready() {
    return names(site -> site.state() == State.READY);
  }

  int busy() {
    return names(site -> site.state() == State.BUSY).size();
  }

  /** Why the sites that are not ready are not asked. */
  List<Exclusion> absent() {
    List<Exclusion> absent = new ArrayList<>();
    for (SiteStatus site : sites.values()) {
      switch (site.state()) {
        case OFFLINE, CALLED ->
            absent.add(new Exclusion(site.site(), Cause.OFFLINE, site.reason()));
        case BUSY -> absent.add(new Exclusion(site.site(), Cause.BUSY, site.reason()));
        case UNFIT -> absent.add(new Exclusion(site.site(), Cause.UNFIT, site.reason()));
        case SUSPENDED -> absent.add(new Exclusion(site.site(), Cause.SUSPENDED, site.reason()));
        case READY, LEFT -> {
          // Asked, or no longer part of the job.
        }
      }
    }
    return absent;
  }

  /** The sites about which a manifest must say more than their names. */
  List<SiteStatus> notable() {
    return sites.values().stream()
        .filter(
            site ->
                site.state() == State.LEFT
                    || site.state() == State.SUSPENDED
                    || site.refused() > 0
                    || !original.contains(site.site()))
        .toList();
  }

  private SortedSet<SiteName> names(Predicate<SiteStatus> which) {
    SortedSet<SiteName> names = new TreeSet<>();
    sites.values().stream().filter(which).forEach(site -> names.add(site.site()));
    return names;
  }
}
