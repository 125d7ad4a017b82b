package io.roundhouse.workflows;

import io.roundhouse.control.Abort;
import io.roundhouse.control.Approve;
import io.roundhouse.control.Change;
import io.roundhouse.control.DecideLate;
import io.roundhouse.control.MoveSite;
import io.roundhouse.control.MoveSite.Move;
import io.roundhouse.control.Pause;
import io.roundhouse.control.Resume;
import io.roundhouse.control.Rewind;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.SiteStatus.State;
import io.roundhouse.domain.Text;
import io.roundhouse.spec.InvalidSpecException;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.WorkflowInit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The job as a workflow: its way from round to round is {@link JobLoop}'s; orders of operators are
 * checked, done and written down here.
 */
public final class FederatedJobImpl implements FederatedJob {
  private static final int LONGEST = 500;

  private final JobLoop job;

  /** Takes the input before any query, update or signal; fails if the spec cannot be used. */
  @WorkflowInit
  public FederatedJobImpl(JobInput input) {
    job = JobLoop.of(input);
  }

  @Override
  public JobResult run(JobInput sameInput) {
    return job.run();
  }

  @Override
  public JobStatus status() {
    return job.status();
  }

  @Override
  public List<SiteStatus> sites() {
    return job.roster().all();
  }

  @Override
  public Map<String, Object> spec() {
    return job.settings().tree();
  }

  @Override
  public void roundClosed(RoundResult result) {
    job.roundClosed(result);
  }

  @Override
  public void late(LateAnswer answer) {
    job.late(answer);
  }

  @Override
  public void checkPause(Pause order) {
    requireRunning(order.by(), order.reason());
  }

  @Override
  public JobStatus pause(Pause order) {
    job.orders().pause(order.now());
    return done(order.by(), "paused the job" + (order.now() ? " at once" : ""), order.reason());
  }

  @Override
  public void checkResume(Resume order) {
    requireRunning(order.by(), order.reason());
    if (!job.orders().isPaused()) {
      throw refused("the job is not paused");
    }
  }

  @Override
  public JobStatus resume(Resume order) {
    job.orders().resume();
    return done(order.by(), "resumed the job", order.reason());
  }

  @Override
  public void checkAbort(Abort order) {
    requireRunning(order.by(), order.reason());
  }

  @Override
  public JobStatus abort(Abort order) {
    String why = order.reason().isEmpty() ? "" : ": " + order.reason();
    job.orders().abort("aborted by " + order.by() + why);
    return done(order.by(), "aborted the job", order.reason());
  }

  @Override
  public void checkChange(Change order) {
    requireRunning(order.by(), order.reason());
    try {
      int rounds = job.settings().check(order.settings(), job.roster().names()).rounds().count();
      if (rounds < job.begunRound()) {
        throw refused(
            "rounds.count: is %d, but round %d has begun, perhaps you should abort the job or rewind it"
                .formatted(rounds, job.begunRound()));
      }
    } catch (InvalidSpecException e) {
      throw ApplicationFailure.newNonRetryableFailure(e.getMessage(), "InvalidSpec");
    }
  }

  @Override
  public JobStatus change(Change order) {
    job.settings().change(order.settings(), job.roster().names());
    return done(order.by(), "changed " + order.text(), order.reason());
  }

  @Override
  public void checkMoveSite(MoveSite order) {
    requireRunning(order.by(), order.reason());
    SiteName site = order.site();
    Optional<State> state =
        job.roster().find(site).map(SiteStatus::state).filter(s -> s != State.LEFT);
    boolean isOut =
        state.equals(Optional.of(State.SUSPENDED)) || state.equals(Optional.of(State.UNFIT));
    if (order.move() == Move.JOIN && state.isPresent()) {
      throw refused(site + " is a site of the job already");
    }
    if (order.move() != Move.JOIN && state.isEmpty()) {
      throw refused(unknown(site));
    }
    if (order.move() == Move.RESTORE && !isOut) {
      throw refused(site + " is neither suspended nor unfit");
    }
    if (order.move() == Move.SUSPEND && state.equals(Optional.of(State.SUSPENDED))) {
      throw refused(site + " is suspended already");
    }
    if (order.move() == Move.LEAVE && job.settings().spec().rounds().required().contains(site)) {
      throw refused(
          site + " is required in every round, perhaps you should change rounds.required first");
    }
    if (order.move() == Move.LEAVE && job.roster().names().size() == 1) {
      throw refused(site + " is the job's last site, perhaps you should abort the job");
    }
  }

  private String unknown(SiteName site) {
    SortedSet<SiteName> names = job.roster().names();
    return site
        + " is not a site of this job"
        + Text.nearest(site.value(), names.stream().map(SiteName::value).toList())
            .map(near -> ", perhaps you should write " + near)
            .orElse("");
  }

  @Override
  public JobStatus moveSite(MoveSite order) {
    SiteName site = order.site();
    String text =
        switch (order.move()) {
          case JOIN -> {
            job.roster().join(site, job.settings().spec());
            yield "let " + site + " join";
          }
          case LEAVE -> {
            job.roster().leave(site);
            job.lateUpdates().dropOf(site);
            yield "let " + site + " leave";
          }
          case SUSPEND -> {
            String why = order.reason().isEmpty() ? "" : ": " + order.reason();
            job.roster().suspend(site, "suspended by " + order.by() + why);
            job.lateUpdates().dropOf(site);
            yield "suspended " + site;
          }
          case RESTORE -> {
            job.roster().join(site, job.settings().spec());
            yield "restored " + site;
          }
        };
    return done(order.by(), text, order.reason());
  }

  @Override
  public void checkDecideLate(DecideLate order) {
    requireRunning(order.by(), order.reason());
    Optional<LateUpdate> late = job.lateUpdates().find(order.site(), order.round());
    if (late.isEmpty()) {
      throw refused(
          "no late update of %s from round %d waits, perhaps you should look at the job's status"
              .formatted(order.site(), order.round()));
    }
    if (job.isInRound(late.get())) {
      throw refused(
          "the late update of %s from round %d is in round %d, which runs, perhaps you should rewind the job after it"
              .formatted(order.site(), order.round(), job.begunRound()));
    }
  }

  @Override
  public JobStatus decideLate(DecideLate order) {
    LateUpdates late = job.lateUpdates();
    String what = "the late update of %s from round %d".formatted(order.site(), order.round());
    done(order.by(), (order.accept() ? "accepted " : "discarded ") + what, order.reason());
    late.find(order.site(), order.round())
        .ifPresent(
            update -> {
              if (order.accept()) {
                late.accept(update);
              } else {
                job.discard(update);
              }
            });
    return job.status();
  }

  @Override
  public void checkRewind(Rewind order) {
    requireRunning(order.by(), order.reason());
    int last = job.roundToBe();
    if (last < 0) {
      throw refused("no round is finished yet, perhaps you should wait or abort the job");
    }
    if (order.round() < 0 || order.round() > last) {
      throw refused(
          "there is no round %d to go back to, the last finished one is %d"
              .formatted(order.round(), last));
    }
  }

  @Override
  public JobStatus rewind(Rewind order) {
    job.orders().rewind(order.round());
    return done(order.by(), "went back to round " + order.round(), order.reason());
  }

  @Override
  public void checkApprove(Approve order) {
    requireRunning(order.by(), order.reason());
    int last = Math.max(0, job.roundToBe());
    if (order.round() != last) {
      throw refused(
          "round %d cannot be approved, the last finished one is %d"
              .formatted(order.round(), last));
    }
    if (job.orders().approved() >= order.round()) {
      throw refused("round " + order.round() + " is approved already");
    }
  }

  @Override
  public JobStatus approve(Approve order) {
    job.orders().approve(order.round());
    return done(order.by(), "approved round " + order.round(), order.reason());
  }

  private void requireRunning(String by, String reason) {
    JobState state = job.status().state();
    if (state.isFinal() || state == JobState.CLOSING) {
      throw refused("the job is " + state.name().toLowerCase(Locale.ROOT));
    }
    if (job.orders().aborted().isPresent()) {
      throw refused("the job is about to end, it was " + job.orders().aborted().get());
    }
    if (job.isRecovering()) {
      throw refused(
          "the job is just finding out where it was when it was lost, perhaps you should try again"
              + " in a moment");
    }
    if (by.isBlank() || by.length() > LONGEST || reason.length() > LONGEST) {
      throw refused(
          "an order needs the name of who gives it, and neither that nor its reason may have more"
              + " than "
              + LONGEST
              + " characters");
    }
  }

  private JobStatus done(String by, String text, String reason) {
    job.decide(by, text + (reason.isEmpty() ? "" : " (" + reason + ")"));
    return job.status();
  }

  private static ApplicationFailure refused(String message) {
    return ApplicationFailure.newNonRetryableFailure(message, "OrderRefused");
  }
}
