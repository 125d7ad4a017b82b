package io.roundhouse.workflows;

import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.LateSpec;
import io.roundhouse.workflows.JobProgress.Straggler;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The late updates that wait for a round, and the sites that are still at work for one. Nobody is
 * waited for for ever, and what will not be used is written down.
 */
final class LateUpdates {
  /** After the time for late updates, how long their round itself is waited for. */
  private static final Duration OVERDUE_AFTER = Duration.ofMinutes(10);

  private final List<LateUpdate> waiting;
  private final List<LateUpdate> accepted;
  private final List<Straggler> stragglers;
  private final Set<Origin> discarded = new HashSet<>();
  private final Roster roster;
  private final Consumer<String> decided;

  /**
   * @param roster whose busy sites become free here
   * @param decided takes what the job decides, in words
   */
  LateUpdates(JobProgress.Standing standing, Roster roster, Consumer<String> decided) {
    waiting = new ArrayList<>(standing.late());
    accepted = new ArrayList<>(standing.accepted());
    stragglers = new ArrayList<>(standing.stragglers());
    this.roster = roster;
    this.decided = decided;
  }

  List<LateUpdate> waiting() {
    return List.copyOf(waiting);
  }

  List<LateUpdate> accepted() {
    return List.copyOf(accepted);
  }

  List<Straggler> stragglers() {
    return List.copyOf(stragglers);
  }

  /** The round has closed and goes on alone for the sites that are still at work. */
  void expect(RoundResult result, LateSpec spec) {
    long until =
        Workflow.currentTimeMillis() + spec.worth().within().plus(OVERDUE_AFTER).toMillis();
    for (Exclusion exclusion : result.exclusions()) {
      if (exclusion.cause() == Cause.LATE) {
        stragglers.add(
            new Straggler(exclusion.site(), result.summary().round(), result.take(), until));
        roster.busy(exclusion.site());
      }
    }
  }

  /**
   * A site has answered for a round that has closed, or never will.
   *
   * @return what a round that runs should hear of it; empty if nobody waited for it
   */
  Optional<LateAnswer> take(LateAnswer answer) {
    SiteName site = answer.site();
    if (!stragglers.removeIf(one -> one.is(site, answer.round(), answer.take()))) {
      return Optional.empty();
    }
    roster.free(site);
    if (answer.update().isEmpty()) {
      decided.accept(
          "no update of %s from round %d will come: %s"
              .formatted(site, answer.round(), answer.reason()));
      return Optional.of(answer);
    }
    waiting.add(answer.update().get());
    if (roster.members().contains(site)) {
      return Optional.of(answer);
    }
    dropOf(site);
    return Optional.of(new LateAnswer(site, answer.round(), answer.take(), Optional.empty(), ""));
  }

  /** A round that went on alone has ended: what it has not sent will not come. */
  void giveUpRound(RoundInput round) {
    giveUp(
        straggler -> straggler.round() == round.round() && straggler.take() == round.take(),
        "its round was ended");
  }

  /** A round that went on alone may have been lost unnoticed. */
  void giveUpOverdue() {
    long now = Workflow.currentTimeMillis();
    giveUp(straggler -> straggler.until() <= now, "nothing was heard of its round");
  }

  private void giveUp(Predicate<Straggler> which, String why) {
    for (Straggler lost : stragglers.stream().filter(which).toList()) {
      take(new LateAnswer(lost.site(), lost.round(), lost.take(), Optional.empty(), why));
    }
  }

  /** When the next straggler is overdue. */
  OptionalLong nextOverdue() {
    return stragglers.stream().mapToLong(Straggler::until).min();
  }

  Optional<LateUpdate> find(SiteName site, int round) {
    return waiting.stream().filter(late -> late.is(site, round)).findFirst();
  }

  void accept(LateUpdate late) {
    accepted.add(late);
  }

  void remove(LateUpdate late) {
    waiting.remove(late);
    accepted.remove(late);
  }

  /** An operator does not want it. */
  void discard(LateUpdate late) {
    remove(late);
    discarded.add(Origin.of(late));
  }

  /** Drops what is too old for the round. */
  void dropOld(LateSpec spec, int round) {
    drop(late -> !spec.takes(late.round(), round), "which is too late for round " + round);
  }

  /** Nothing of a site that left or was suspended goes into a model any more. */
  void dropOf(SiteName site) {
    drop(late -> late.update().site().equals(site), "since the site is out of the job");
  }

  private void drop(Predicate<LateUpdate> which, String why) {
    for (LateUpdate dropped : waiting.stream().filter(which).toList()) {
      remove(dropped);
      decided.accept(
          "discarded the update of %s from round %d, %s"
              .formatted(dropped.update().site(), dropped.round(), why));
    }
  }

  /** What goes into the next round. */
  List<LateUpdate> due(LateSpec spec) {
    return spec instanceof LateSpec.Hold ? accepted() : waiting();
  }

  /** After a rewind updates wait again that only rounds after it had looked at. */
  void restore(List<LateUpdate> known) {
    for (LateUpdate late : known) {
      Origin from = Origin.of(late);
      boolean waits = waiting.stream().anyMatch(one -> Origin.of(one).equals(from));
      boolean comes =
          stragglers.stream().anyMatch(one -> one.is(from.site(), from.round(), from.take()));
      if (!waits && !comes && !discarded.contains(from)) {
        waiting.add(late);
      }
    }
  }

  /** What an update was trained for. */
  private record Origin(SiteName site, int round, int take) {
    static Origin of(LateUpdate late) {
      return new Origin(late.update().site(), late.round(), late.take());
    }
  }

  /**
   * After a rewind nothing that was trained on a later model is waited for.
   *
   * @return the sites that need not go on
   */
  List<Straggler> forgetAfter(int round) {
    List<Straggler> later =
        stragglers.stream().filter(straggler -> straggler.round() > round).toList();
    stragglers.removeAll(later);
    later.forEach(straggler -> roster.free(straggler.site()));
    waiting.removeIf(late -> late.round() > round);
    accepted.removeIf(late -> late.round() > round);
    return later;
  }
}
