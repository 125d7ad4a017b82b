package io.roundhouse.server;

import static io.roundhouse.server.ServerStore.JOB;
import static io.roundhouse.server.ServerStore.LAYOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.RoundManifest.Outcome;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.UpdatesSpec.Keep;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.workflows.OpenTask;
import io.roundhouse.workflows.RecoverTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What stays of updates in the store: in round 2, a and the late update of b for round 1 are in the
 * model, c and the late update of d are refused, and that of e waits.
 */
class SpentUpdatesTest {
  private ServerStore server;
  private ArtifactStore store;
  private StoreActivities activities;
  private Artifact global;
  private Update a;
  private Update c;
  private LateUpdate b;
  private LateUpdate d;
  private LateUpdate e;
  private RoundManifest round;

  @BeforeEach
  void start(@TempDir Path folder) {
    server = new ServerStore(folder);
    store = server.store();
    activities = server.activities();
    activities.open(new OpenTask(JOB, "run-1", Map.of("name", "job"), List.of()));
    global = server.model(LAYOUT.global(1, 1), 0, 0);
    activities.checkpoint(manifest(1, List.of(), List.of(), List.of()), Keep.REFUSED);
    a = server.update(2, 1, "a", 1, 2, 4);
    c = server.update(2, 1, "c", 1, Float.NaN, 4);
    b = late("b");
    d = late("d");
    e = late("e");
    round = manifest(2, List.of(on(a, 0), on(b.update(), 1)), List.of(b, d), List.of("c", "d"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void allStayUnlessTheJobSaysOtherwise() {
    List<String> before = sent();

    activities.checkpoint(round, Keep.ALL);
    activities.close(result(), Keep.ALL);

    assertThat(sent()).isEqualTo(before).hasSize(8);
  }

  /** Twice, as the first attempt may die on its way. */
  @Test
  void whatAModelIsMadeOfGoesWhenItsRoundCounts() {
    activities.checkpoint(round, Keep.REFUSED);
    activities.checkpoint(round, Keep.REFUSED);

    assertThat(sent()).containsExactlyElementsOf(paths(d, e).sorted().toList());
    assertThat(store.list(LAYOUT.rounds()))
        .contains(LAYOUT.global(1, 1), LAYOUT.manifest(1, 1), LAYOUT.manifest(2, 1));
  }

  /** Also where the round before was of another mind. */
  @Test
  void onlyWhatWasRefusedStaysAfterTheEnd() {
    activities.checkpoint(round, Keep.ALL);
    server.update(2, 1, "too-late-for-all", 1, 2, 4);
    server.update(3, 4, "of-a-round-that-never-ended", 1, 2, 4);
    server.update(2, 1, "c-2", 1, 2, 4);

    activities.close(result(), Keep.REFUSED);
    activities.close(result(), Keep.REFUSED);

    assertThat(sent()).containsExactlyElementsOf(paths(d).sorted().toList());
    assertThat(store.list(LAYOUT.folder() + "/"))
        .contains(LAYOUT.global(1, 1), LAYOUT.spec(), LAYOUT.result(), LAYOUT.report());
  }

  @Test
  void aJobThatGoesBackDoesNotWaitForWhatIsGone() {
    activities.checkpoint(round, Keep.REFUSED);

    List<LateUpdate> waiting =
        activities
            .recover(new RecoverTask(JOB, "run-1", spec(), Optional.of(1)))
            .progress()
            .orElseThrow()
            .standing()
            .late();

    assertThat(waiting).containsExactlyInAnyOrder(d, e);
  }

  /** What sites sent and is still there. */
  private List<String> sent() {
    return store.list(LAYOUT.rounds()).stream()
        .filter(path -> path.contains("/updates/") || path.contains("/late/"))
        .toList();
  }

  /** Where the refused update of this round is, and those late ones with their records. */
  private Stream<String> paths(LateUpdate... late) {
    return Stream.concat(
        Stream.of(c.artifact().path()),
        Stream.of(late)
            .flatMap(
                one ->
                    Stream.of(
                        one.update().artifact().path(), LAYOUT.late(1, 1, one.update().site()))));
  }

  private LateUpdate late(String site) {
    LateUpdate late = new LateUpdate(1, 1, global, server.update(1, 1, site, 1, 2, 4), 5);
    activities.keep(JOB, late);
    return late;
  }

  private static Contribution on(Update update, int staleness) {
    return new Contribution(update, staleness, 0.5, 1);
  }

  private RoundManifest manifest(
      int number, List<Contribution> contributions, List<LateUpdate> late, List<String> refused) {
    return new RoundManifest(
        JOB,
        number,
        1,
        Outcome.AGGREGATED,
        global,
        Optional.empty(),
        new RoundManifest.Carried(Map.of(), List.of(), List.of()),
        List.of(),
        contributions,
        late,
        refused.stream()
            .map(site -> new Exclusion(new SiteName(site), Cause.QUARANTINED, "its values"))
            .toList(),
        "fedavg",
        "java",
        Evaluation.NONE,
        1_000,
        new RoundManifest.Seconds(0, 0, 0, 0),
        0);
  }

  private JobResult result() {
    return new JobResult(
        JOB,
        JobState.COMPLETED,
        "all rounds done",
        2,
        Optional.of(global),
        Optional.empty(),
        Optional.empty(),
        1_000,
        1);
  }

  private static Map<String, Object> spec() {
    return Map.of(
        "name",
        "job",
        "project",
        "test",
        "model",
        Map.of("type", "mlp", "inputs", 2, "outputs", 2),
        "data",
        "digits");
  }
}
