package io.roundhouse.workflows;

import io.roundhouse.domain.Decision;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.RoundManifest.Carried;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.SiteStatus.State;
import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.LateSpec;
import io.roundhouse.spec.RoundsSpec.BelowQuorum;
import io.roundhouse.workflows.JobProgress.Standing;
import io.roundhouse.workflows.JobProgress.Straggler;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.worker.NonDeterministicException;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A job's way from round to round, and what it waits for in between. All of its steps change the
 * same few fields, so it is one class though it is long.
 */
final class JobLoop {
  private static final int ROUNDS_PER_RUN = 50;
  private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(1);

  private final JobInput input;
  private final SortedSet<SiteName> original;
  private final Settings settings;
  private final Roster roster;
  private final LateUpdates late;
  private final Orders orders;
  private final JobView view = new JobView();
  private final JobRecords records;
  private @Nullable JobProgress progress;
  private @Nullable RunningRound running;
  private Patience patience;
  private boolean recovering;
  private int roundsBegun;
  private boolean opened;
  private boolean closed;

  private JobLoop(JobInput input, SortedSet<SiteName> original) {
    this.input = input;
    this.original = original;
    progress = input.progress().orElse(null);
    Standing standing = input.progress().map(JobProgress::standing).orElse(Standing.NONE);
    roster = new Roster(original, standing.sites(), input.submitter());
    settings =
        progress == null
            ? Settings.of(input.spec(), original)
            : Settings.of(input.spec(), standing.settings());
    late = new LateUpdates(standing, roster, text -> decide(Decision.BY_THE_JOB, text));
    orders = new Orders(standing);
    patience = standing.patience();
    recovering = input.recover();
    opened = progress != null;
    ServerCalls calls = new ServerCalls(() -> orders.aborted().isPresent(), view::say);
    records = new JobRecords(settings.spec().job(), input.spec(), calls);
  }

  /**
   * @throws ApplicationFailure {@code InvalidSpec} with every problem
   */
  static JobLoop of(@Nullable JobInput input) {
    if (input == null) {
      throw ApplicationFailure.newNonRetryableFailure(
          "a job is started with a spec and its sites, perhaps you should give"
              + " {\"spec\": {...}, \"sites\": [...]}",
          "InvalidSpec");
    }
    try {
      return new JobLoop(input, SiteName.all(input.sites()));
    } catch (InvalidSpecException | IllegalArgumentException e) {
      throw ApplicationFailure.newNonRetryableFailure(
          String.valueOf(e.getMessage()), "InvalidSpec");
    }
  }

  JobResult run() {
    try {
      if (!opened) {
        open();
      }
      return train(begin());
    } catch (ServerCalls.Aborted ordered) {
      return end(JobState.ABORTED, orders.aborted().orElseThrow());
    } catch (NonDeterministicException otherCode) {
      throw otherCode;
    } catch (RuntimeException failure) {
      if (JobFailure.isCancellation(failure)) {
        end(JobState.ABORTED, "cancelled");
        throw failure.getCause() instanceof CanceledFailure cancelled ? cancelled : failure;
      }
      ApplicationFailure cause = JobFailure.of(failure);
      end(JobState.FAILED, cause.getOriginalMessage());
      throw cause;
    }
  }

  private void open() {
    view.open(settings.spec(), original);
    if (input.recover()) {
      progress = records.recover().orElse(null);
      recovering = false;
    } else {
      records.open(original);
    }
    opened = true;
    if (progress != null) {
      take(progress);
    }
  }

  /** Continues as a new run that has everything of a recovered job from its start. */
  private void take(JobProgress recovered) {
    Decision decision =
        new Decision(
            Workflow.currentTimeMillis(),
            recovered.round(),
            Decision.BY_THE_JOB,
            "goes on after round " + recovered.round() + ", having been lost");
    continueAs(recovered.with(recovered.standing().deciding(decision)));
  }

  private JobProgress begin() {
    roster.call(settings.spec());
    JobProgress begun = progress == null ? records.initialize(settings.spec()) : progress;
    progress = begun;
    view.enter(JobState.RUNNING, "calling the sites", settings.spec(), begun);
    Workflow.await(
        settings.spec().rounds().offlineAfter(), () -> !roster.isCalling() || orders.areWaiting());
    if (!orders.areWaiting()) {
      roster.endCall();
      if (begun.round() < 0) {
        requireFitSites();
      }
    }
    return begun;
  }

  /** A job that can never have its quorum says so at once. */
  private void requireFitSites() {
    JobSpec spec = settings.spec();
    List<SiteStatus> unfit =
        roster.all().stream().filter(site -> site.state() == State.UNFIT).toList();
    int quorum = spec.rounds().quorumOf(spec.rounds().wanted(original.size()));
    boolean requiredIsUnfit =
        unfit.stream().anyMatch(site -> spec.rounds().required().contains(site.site()));
    if (!unfit.isEmpty() && (requiredIsUnfit || roster.members().size() < quorum)) {
      throw ApplicationFailure.newNonRetryableFailure(
          "%d of %d sites cannot take part%s"
              .formatted(
                  unfit.size(),
                  roster.names().size(),
                  SiteReasons.lines(
                      roster.absent().stream()
                          .filter(
                              absent ->
                                  unfit.stream().anyMatch(s -> s.site().equals(absent.site())))
                          .toList())),
          "SitesUnfit");
    }
  }

  private JobResult train(JobProgress begun) {
    JobProgress now = begun;
    while (true) {
      JobSpec spec = settings.spec();
      Optional<Integer> back = orders.rewind();
      if (orders.aborted().isPresent()) {
        return close(JobState.ABORTED, orders.aborted().get());
      } else if (back.isPresent()) {
        rewind(back.get(), now);
      } else if (!orders.isPaused() && now.finished(spec).isPresent()) {
        return close(JobState.COMPLETED, now.finished(spec).get());
      } else if (roundsBegun >= ROUNDS_PER_RUN || isLong()) {
        continueAsNew(now);
      } else if (orders.isPaused()) {
        view.enter(JobState.PAUSED, "paused after round " + Math.max(0, now.round()), spec, now);
        Workflow.await(() -> !orders.isPaused() || orders.areWaiting() || isLong());
        patience = patience.paused();
      } else if (spec.approval().isDue(now.round(), spec.rounds().count())
          && orders.approved() < now.round()) {
        awaitApproval(spec, now);
      } else {
        late.giveUpOverdue();
        late.dropOld(spec.rounds().late(), now.round() + 1);
        Plan plan = Plan.of(spec, roster, late, now.round() + 1);
        if (plan.isBlocked()) {
          awaitSites(plan, spec, now);
        } else {
          round(plan, spec, now);
        }
      }
      now = current();
    }
  }

  private void awaitApproval(JobSpec spec, JobProgress now) {
    view.enter(
        JobState.AWAITING_APPROVAL, "round " + now.round() + " waits for approval", spec, now);
    patience = patience.unapproved(Workflow.currentTimeMillis());
    boolean came =
        awaitUntil(
            patience.unapprovedSince() + spec.approval().within().toMillis(),
            () ->
                orders.approved() >= now.round()
                    || orders.isPaused()
                    || orders.areWaiting()
                    || isLong()
                    || !settings.spec().equals(spec));
    if (!came) {
      throw ApplicationFailure.newNonRetryableFailure(
          "nobody approved round %d within %s"
              .formatted(now.round(), text(spec.approval().within())),
          "NotApproved");
    }
  }

  /** Waits until something has changed, which need not be enough. */
  private void awaitSites(Plan plan, JobSpec spec, JobProgress now) {
    view.enter(JobState.BLOCKED, plan.shortage(), plan.missing(), spec, now);
    long time = Workflow.currentTimeMillis();
    patience = patience.blocked(time);
    requirePatience(plan.shortage(), spec);
    long end = patience.blockedSince() + spec.rounds().waitForSites().toMillis();
    long wake = Math.min(end, late.nextOverdue().orElse(end));
    Workflow.await(
        Duration.ofMillis(Math.max(1, wake - time)),
        () ->
            !Plan.of(settings.spec(), roster, late, now.round() + 1).equals(plan)
                || orders.isPaused()
                || orders.areWaiting()
                || isLong()
                || !settings.spec().equals(spec));
  }

  private void requirePatience(String shortage, JobSpec spec) {
    Duration limit = spec.rounds().waitForSites();
    if (Workflow.currentTimeMillis() - patience.blockedSince() >= limit.toMillis()) {
      throw ApplicationFailure.newNonRetryableFailure(
          "blocked for %s: %s".formatted(text(limit), shortage), "Blocked");
    }
  }

  /** False if it is later than that. */
  private static boolean awaitUntil(long millis, Supplier<Boolean> condition) {
    long left = millis - Workflow.currentTimeMillis();
    return left > 0 && Workflow.await(Duration.ofMillis(left), condition);
  }

  private void round(Plan plan, JobSpec spec, JobProgress now) {
    int round = now.round() + 1;
    roundsBegun++;
    orders.roundStopped();
    view.enter(
        JobState.RUNNING, round == 0 ? "judging the initial model" : "round " + round, spec, now);
    List<Decision> decisions = orders.decisions();
    boolean judged = round % spec.evaluation().every() == 0 || round == spec.rounds().count();
    RunningRound asked =
        RunningRound.start(
            new RoundInput(
                spec,
                round,
                now.take(),
                now.model(),
                now.state(),
                plan.sites(),
                plan.wanted(),
                round == 0 ? List.of() : late.due(spec.rounds().late()),
                roster.busy(),
                roster.absent(),
                new Carried(settings.changed(), roster.notable(), decisions),
                judged,
                input.submitter()),
            late::giveUpRound);
    running = asked;
    Optional<RoundResult> result;
    try {
      result = asked.await(orders::stopRound);
    } catch (ChildWorkflowFailure failure) {
      lost(failure, now);
      return;
    } finally {
      running = null;
    }
    if (result.isEmpty()) {
      discard(now);
      return;
    }
    roster.note(result.get(), spec);
    if (result.get().shortfall().isPresent()) {
      again(result.get(), spec, now);
      return;
    }
    settle(result.get(), spec, decisions.size());
    JobProgress next = now.after(result.get(), spec);
    progress = next;
    patience = Patience.FRESH;
    view.round(spec, next);
    records.publishNowAndThen();
  }

  private void discard(JobProgress now) {
    records.discard(now.round() + 1, now.take());
    progress = now.nextTake();
  }

  /** A round that somebody ended is begun again; one that failed has its reason. */
  private void lost(ChildWorkflowFailure failure, JobProgress now) {
    String fate = JobFailure.fateOfRound(failure);
    if (fate == null || JobFailure.isCancellation(failure)) {
      throw failure;
    }
    interrupted("round " + (now.round() + 1) + " " + fate);
    discard(now);
  }

  private void interrupted(String why) {
    patience = patience.interrupted();
    if (patience.interruptions() > Patience.MOST_INTERRUPTIONS) {
      throw ApplicationFailure.newNonRetryableFailure(
          "begun again %d times, and still: %s".formatted(Patience.MOST_INTERRUPTIONS, why),
          "BelowQuorum");
    }
    decide(Decision.BY_THE_JOB, "does it again: " + why.replace("\n  ", "; "));
  }

  /** After a round that counts. */
  private void settle(RoundResult result, JobSpec spec, int decisionsInManifest) {
    orders.forget(decisionsInManifest);
    result.late().forEach(late::remove);
    Optional<Integer> limit = spec.updates().suspendAfter();
    for (SiteStatus site : roster.all()) {
      if (limit.isPresent() && site.counts() && site.refused() >= limit.get()) {
        String reason = "its updates were refused in " + site.refused() + " rounds";
        roster.suspend(site.site(), reason);
        decide(Decision.BY_THE_JOB, "suspended " + site.site() + ": " + reason);
        late.dropOf(site.site());
      }
    }
    view.sites(roster.names());
  }

  /** After a round that does not count: it is done again, or the job fails. */
  private void again(RoundResult result, JobSpec spec, JobProgress now) {
    String shortfall = result.shortfall().orElseThrow();
    boolean sitesAreAway =
        result.selected().stream()
            .flatMap(site -> roster.find(site).stream())
            .anyMatch(site -> site.state() == State.OFFLINE);
    if (sitesAreAway) {
      patience = patience.blocked(Workflow.currentTimeMillis());
      requirePatience(shortfall, spec);
      interrupted(shortfall);
    } else if (spec.rounds().belowQuorum() == BelowQuorum.REPEAT
        && patience.repeats() < spec.rounds().repeats()) {
      patience = patience.repeated();
      decide(Decision.BY_THE_JOB, "does it again: " + shortfall.replace("\n  ", "; "));
    } else {
      throw ApplicationFailure.newNonRetryableFailure(shortfall, "BelowQuorum");
    }
    discard(now);
  }

  /** Stays where it is, and says so, if the round cannot be read. */
  private void rewind(int round, JobProgress now) {
    JobProgress then;
    try {
      then = records.recall(round);
    } catch (ActivityFailure failure) {
      if (JobFailure.isCancellation(failure)) {
        throw failure;
      }
      String why = JobFailure.of(failure).getOriginalMessage();
      decide(Decision.BY_THE_JOB, "could not go back to round " + round + ": " + why);
      orders.rewound(round);
      return;
    }
    late.forgetAfter(round).forEach(straggler -> RunningRound.cancel(roundId(straggler)));
    late.restore(then.standing().late());
    progress = then.at(now.take() + 1);
    orders.rewound(round);
    patience = Patience.FRESH;
    view.round(settings.spec(), current());
  }

  private static boolean isLong() {
    return Workflow.getInfo().isContinueAsNewSuggested();
  }

  /**
   * Lets what is under way come to its end first. Orders that come meanwhile are not carried over
   * but done before it. Sites that have not answered yet are called again by the next run, which
   * does not wait for them.
   */
  private void continueAsNew(JobProgress now) {
    records.awaitPublication();
    if (roster.isCalling()) {
      Workflow.await(TIME_TO_ANSWER, () -> !roster.isCalling());
    }
    Workflow.await(Workflow::isEveryHandlerFinished);
    if (!orders.areWaiting()) {
      roster.endCall();
      continueAs(now.with(standing()));
    }
  }

  private void continueAs(JobProgress next) {
    Workflow.newContinueAsNewStub(FederatedJob.class).run(input.at(next));
  }

  private Standing standing() {
    return new Standing(
        settings.changed(),
        roster.all(),
        late.waiting(),
        late.accepted(),
        late.stragglers(),
        orders.decisions(),
        orders.approved(),
        orders.isPaused(),
        patience);
  }

  /** The end of a job that could not go on; one that has no folder leaves no trace in the store. */
  private JobResult end(JobState end, String reason) {
    if (opened && !closed) {
      return close(end, reason);
    }
    view.enter(end, reason, settings.spec(), progress);
    return JobView.result(settings.spec(), end, reason, progress);
  }

  /** Whatever happens meanwhile: a job that ends has ended. */
  private JobResult close(JobState end, String reason) {
    closed = true;
    JobResult result = JobView.result(settings.spec(), end, reason, progress);
    Workflow.newDetachedCancellationScope(() -> write(result)).run();
    return result;
  }

  /** Only a job that was completed fails if that cannot be written down. */
  private void write(JobResult result) {
    view.enter(JobState.CLOSING, "closing", settings.spec(), progress);
    late.stragglers().stream().map(this::roundId).distinct().forEach(RunningRound::cancel);
    String reason = result.reason();
    try {
      records.close(result, settings.spec().updates().kept());
    } catch (TemporalFailure failure) {
      reason += ", but that cannot be written down: " + JobFailure.of(failure).getOriginalMessage();
      if (result.state() == JobState.COMPLETED) {
        throw ApplicationFailure.newNonRetryableFailure(reason, "NotWritten");
      }
    }
    view.enter(result.state(), reason, settings.spec(), progress);
    Workflow.await(Workflow::isEveryHandlerFinished);
  }

  private String roundId(Straggler straggler) {
    return FederatedRound.workflowId(settings.spec().job(), straggler.round(), straggler.take());
  }

  /**
   * A round goes on alone, for the sites that are still at work for it, or was stopped after it had
   * closed.
   */
  void roundClosed(RoundResult result) {
    if (running != null && running.is(result)) {
      if (running.latePolicy().outlivesRounds()) {
        late.expect(result, running.latePolicy());
      }
      running.close(result);
    }
  }

  void late(LateAnswer answer) {
    late.take(answer)
        .filter(news -> settings.spec().rounds().late() instanceof LateSpec.Buffer)
        .ifPresent(
            news -> {
              if (running != null) {
                running.late(news);
              }
            });
  }

  /** Whether the round that runs was given that late update. */
  boolean isInRound(LateUpdate update) {
    return running != null && running.has(update);
  }

  /** The round that runs, or the last finished one. */
  int begunRound() {
    return orders.rewind().orElse(running == null ? round() : running.number());
  }

  void decide(String by, String text) {
    orders.decide(by, round(), text);
  }

  JobStatus status() {
    return view.status(settings.spec(), progress, late.waiting(), orders.newest());
  }

  /** The last finished round. */
  int round() {
    return progress == null ? 0 : Math.max(0, progress.round());
  }

  /** The round that the next one comes after, once all orders are done; -1 before round 0. */
  int roundToBe() {
    return orders.rewind().orElse(progress == null ? -1 : progress.round());
  }

  /** Whether it is not known yet where the job was when it was lost. */
  boolean isRecovering() {
    return recovering;
  }

  /** An operator does not want a late update. */
  void discard(LateUpdate update) {
    late.discard(update);
    records.drop(update);
  }

  Roster roster() {
    return roster;
  }

  Settings settings() {
    return settings;
  }

  Orders orders() {
    return orders;
  }

  LateUpdates lateUpdates() {
    return late;
  }

  private JobProgress current() {
    if (progress == null) {
      throw new IllegalStateException("the job has not begun");
    }
    return progress;
  }

  private static String text(Duration duration) {
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
