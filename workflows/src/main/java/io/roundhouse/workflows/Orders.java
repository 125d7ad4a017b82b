package io.roundhouse.workflows;

import io.roundhouse.domain.Decision;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What operators have ordered and the job has still to do, and the record of what was decided. */
final class Orders {
  private static final int NEWEST = 20;

  private final List<Decision> decisions;
  private final List<Decision> newest;
  private boolean paused;
  private boolean stopRound;
  private int approved;
  private Optional<String> abort = Optional.empty();
  private Optional<Integer> rewind = Optional.empty();

  Orders(JobProgress.Standing standing) {
    decisions = new ArrayList<>(standing.decisions());
    newest = new ArrayList<>(standing.decisions());
    paused = standing.paused();
    approved = standing.approved();
  }

  void pause(boolean now) {
    paused = true;
    stopRound |= now;
  }

  void resume() {
    paused = false;
  }

  boolean isPaused() {
    return paused;
  }

  void abort(String reason) {
    abort = Optional.of(reason);
    stopRound = true;
  }

  Optional<String> aborted() {
    return abort;
  }

  void rewind(int round) {
    rewind = Optional.of(round);
    approved = Math.min(approved, Math.max(0, round - 1));
    stopRound = true;
  }

  /** The round that the job has still to go back to. */
  Optional<Integer> rewind() {
    return rewind;
  }

  /** The job has gone back to that round; by now it may have to go back further. */
  void rewound(int round) {
    rewind = rewind.filter(ordered -> ordered != round);
  }

  void approve(int round) {
    approved = round;
  }

  int approved() {
    return approved;
  }

  /** Whether something is ordered that must be done before the job waits on. */
  boolean areWaiting() {
    return abort.isPresent() || rewind.isPresent();
  }

  boolean stopRound() {
    return stopRound;
  }

  void roundStopped() {
    stopRound = false;
  }

  /** Writes down what was decided. */
  void decide(String by, int round, String text) {
    Decision decision = new Decision(Workflow.currentTimeMillis(), round, by, text);
    decisions.add(decision);
    newest.add(decision);
    if (newest.size() > Math.max(NEWEST, decisions.size())) {
      newest.remove(0);
    }
  }

  /** Those that are in no manifest yet. */
  List<Decision> decisions() {
    return List.copyOf(decisions);
  }

  /** The newest ones of this run, whether they are in a manifest or not. */
  List<Decision> newest() {
    return List.copyOf(newest);
  }

  /** The oldest ones are in a manifest. */
  void forget(int count) {
    decisions.subList(0, count).clear();
  }
}
