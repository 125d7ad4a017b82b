package io.roundhouse.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.cli.CommandRun;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.simulation.Disturbance;
import io.roundhouse.storage.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders to running jobs, by the commands. Jobs wait for approval. */
@TestInstance(Lifecycle.PER_CLASS)
class OrdersTest {
  private static final String WAITS = "rounds: {count: 3}\napproval: {every: 1}";

  private RunningFederation federation;

  @BeforeAll
  void start(@TempDir Path folder) {
    federation = RunningFederation.start(folder, Disturbance.NONE);
  }

  @AfterAll
  void stop() {
    federation.close();
  }

  /** A job that waits for approval of its first round. */
  private void startAndReachRoundOne(String name) {
    CommandRun submit = federation.submit(name, WAITS);
    assertThat(submit.exitCode()).as(submit.err()).isEqualTo(0);
    federation.awaitStatus(name, "AWAITING_APPROVAL: round 1 waits for approval");
  }

  @Test
  void approvalsLeadToTheEnd() {
    startAndReachRoundOne("approved");

    federation
        .run("approve", "approved", "7")
        .assertRefused("round 7 cannot be approved, the last finished one is 1");
    federation
        .run("approve", "approved", "--by", "ann", "--reason", "looks good")
        .assertDone("ann approved round 1 (looks good)");
    federation.awaitStatus("approved", "round 2 waits for approval");
    federation.run("approve", "default/approved", "2").assertDone("approved round 2");

    CommandRun watch = federation.run("watch", "fl/default/approved");
    assertThat(watch.exitCode()).as(watch.err()).isEqualTo(0);
    assertThat(watch.out())
        .containsPattern("(?m)^ +0 +– ")
        .containsPattern("(?m)^ +3 +3/3 ")
        .contains("default/approved: all 3 rounds done");
    federation
        .run("status", "approved")
        .assertDone("COMPLETED: all 3 rounds done", "round     3 of 3");
    federation
        .run("pause", "approved")
        .assertRefused(
            "the job default/approved has ended (COMPLETED: all 3 rounds done), so that it takes no"
                + " orders");
    JobResult result =
        Json.read(
            federation
                .run("watch", "approved", "--output", "json")
                .out()
                .getBytes(StandardCharsets.UTF_8),
            JobResult.class);
    assertThat(result.rounds()).isEqualTo(3);
  }

  @Test
  void aPausedJobWaitsUntilItIsResumed() {
    startAndReachRoundOne("paused");

    federation.run("resume", "paused").assertRefused("the job is not paused");
    federation
        .run("pause", "paused", "--by", "ann", "--reason", "maintenance")
        .assertDone("ann paused the job (maintenance)");
    federation.awaitStatus("paused", "PAUSED: paused after round 1");
    federation.run("pause", "paused", "--now").assertDone("paused the job at once");
    CommandRun resumed = federation.run("resume", "paused", "--output", "json");
    resumed.assertDone();
    JobStatus status = Json.read(resumed.out().getBytes(StandardCharsets.UTF_8), JobStatus.class);
    assertThat(status.decisions()).extracting("by").startsWith("ann").hasSize(3);
    federation.run("abort", "paused").assertDone("aborted the job");
  }

  @Test
  void anAbortedJobKeepsWhatItReached() {
    startAndReachRoundOne("aborted");

    federation
        .run("abort", "aborted", "--by", "ann", "--reason", "enough")
        .assertDone("ann aborted the job (enough)");

    CommandRun watch = federation.run("watch", "aborted");
    assertThat(watch.exitCode()).isEqualTo(1);
    assertThat(watch.err())
        .isEqualTo("roundhouse: the job default/aborted was aborted by ann: enough\n");
    federation.run("status", "aborted").assertDone("ABORTED: aborted by ann: enough");
    assertThat(federation.artifacts("aborted").resolve("final/manifest.json")).exists();
    federation.run("approve", "aborted", "1").assertRefused("has ended (ABORTED");
  }

  @Test
  void aChangeIsCheckedAndShown() {
    startAndReachRoundOne("changed");

    federation
        .run("change", "changed", "rounds.count=none", "training.epochs=0", "seed=3")
        .assertRefused("1 problem in the job spec", "seed: cannot be changed while the job runs");
    federation
        .run("change", "changed", "rounds.count=none", "training.epochs=0")
        .assertRefused(
            "2 problems in the job spec",
            "rounds.count: must be a whole number from 1 to 1000000, not 'none'",
            "training.epochs: must be");
    federation
        .run("change", "changed", "rounds.count", "x: y")
        .assertRefused(
            "2 problems:",
            "'rounds.count' is not key=value, perhaps you should write training.epochs=2");
    federation
        .run("change", "changed", "rounds.count=2", "rounds.deadline=10m", "rounds.required=[a, b]")
        .assertDone("changed rounds.count=2, rounds.deadline=10m, rounds.required=[a, b]");

    federation.run("status", "changed").assertDone("round     1 of 2");
    federation
        .run("show", "changed")
        .assertDone(
            "\n  deadline: 10m\n",
            "\n  count: 2\n",
            "changed rounds.count=2",
            "default/changed/report.html");
    federation.run("change", "changed", "rounds.deadline=").assertDone("changed rounds.deadline=");
    federation.run("abort", "changed").assertDone();
  }

  @Test
  void sitesAreMoved() {
    startAndReachRoundOne("moved");

    federation
        .run("leave", "moved", "aa")
        .assertRefused("aa is not a site of this job, perhaps you should write a");
    federation.run("join", "moved", "a").assertRefused("a is a site of the job already");
    federation.run("restore", "moved", "a").assertRefused("a is neither suspended nor unfit");
    federation
        .run("join", "moved", "No Name")
        .assertRefused("not a site name: 'No Name', perhaps you");
    federation
        .run("suspend", "moved", "b", "--by", "ann", "--reason", "audit")
        .assertDone("ann suspended b (audit)");
    federation.run("status", "moved").assertDone("suspended by ann: audit");
    assertThat(federation.run("status", "moved").out()).containsPattern("(?m)^ b +suspended ");
    federation.run("restore", "moved", "b").assertDone("restored b");
    federation.run("leave", "moved", "c").assertDone("let c leave");
    assertThat(federation.run("status", "moved").out()).containsPattern("(?m)^ c +left ");
    federation.run("join", "moved", "c").assertDone("let c join");
    federation.run("abort", "moved").assertDone();
  }

  @Test
  void aJobGoesBackToAnEarlierRound() {
    startAndReachRoundOne("rewound");
    federation.run("approve", "rewound").assertDone();
    federation.awaitStatus("rewound", "round 2 waits for approval");

    federation
        .run("rewind", "rewound", "3")
        .assertRefused("there is no round 3 to go back to, the last finished one is 2");
    federation.run("rewind", "rewound", "0").assertDone("went back to round 0");

    federation.awaitStatus("rewound", "AWAITING_APPROVAL: round 1 waits for approval");
    federation.run("abort", "rewound").assertDone();
    CommandRun watch = federation.run("watch", "rewound");
    assertThat(watch.out())
        .containsPattern("(?m)^ +1 +3/3 ")
        .doesNotContainPattern("(?m)^ +2 +3/3 ");
  }

  @Test
  void noLateUpdateWaits() {
    startAndReachRoundOne("on-time");

    federation.run("late", "on-time").assertDone("no late update of job default/on-time waits");
    federation
        .run("late", "on-time", "accept")
        .assertRefused(
            "perhaps you should write `roundhouse late default/on-time accept site-a 7`");
    federation
        .run("late", "on-time", "discard", "a", "1")
        .assertRefused("no late update of a from round 1 waits");
    federation.run("abort", "on-time").assertDone();
  }

  @Test
  void aCloneHasTheSpecInForce() {
    startAndReachRoundOne("original");
    federation.run("change", "original", "rounds.count=2").assertDone();
    federation.run("leave", "original", "c").assertDone();

    federation
        .run("clone", "original", "copy", "rounds.count=none", "modle.type=mlp")
        .assertRefused(
            "2 problems:",
            "rounds.count: must be a whole number",
            "modle: is not a known key, perhaps you should write model");
    federation
        .run("clone", "original", "original")
        .assertRefused("there is a job default/original");
    federation
        .run("clone", "original", "lab/copy", "approval.every=0")
        .assertDone("started lab/copy over 2 sites: a, b");

    federation.run("watch", "lab/copy").assertDone("lab/copy: all 2 rounds done");
    federation.run("show", "lab/copy").assertDone("project: lab", "name: copy");
    federation.run("abort", "original").assertDone();
  }

  @Test
  void anAbsentJobIsSaidToBeAbsent() {
    for (String[] command :
        new String[][] {
          {"status", "none"},
          {"show", "none"},
          {"watch", "none"},
          {"pause", "none"},
          {"change", "none", "rounds.count=2"},
          {"clone", "none", "copy"},
          {"late", "none"},
          {"approve", "none"},
          {"approve", "none", "1"},
          {"join", "none", "a"}
        }) {
      federation
          .run(command)
          .assertRefused(
              "there is no job default/none on Temporal at " + federation.address(),
              "perhaps you should look at `roundhouse list`");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "a/b/c", "/", "fl/a/b/c", "a b"})
  void aNameThatIsNoJobIsRefused(String name) {
    federation
        .run("pause", name)
        .assertRefused("must be project/name or name", "not '" + name + "'");
  }

  @Test
  void anEmptyNameIsRefused() {
    federation.run("pause", "").assertRefused("an argument is empty");
  }
}
