package io.roundhouse.server;

import static io.roundhouse.server.ServerStore.JOB;
import static io.roundhouse.server.ServerStore.LAYOUT;
import static io.roundhouse.server.ServerStore.made;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.StrategySpec;
import io.roundhouse.spec.UpdatesSpec;
import io.roundhouse.workflows.AggregateTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates of earlier rounds in an aggregation: round 5, whose model is [10, 20]. */
class LateUpdatesTest {
  private ServerStore server;
  private Artifact global;
  private Artifact base;

  @BeforeEach
  void start(@TempDir Path folder) {
    server = new ServerStore(folder);
    global = server.model(LAYOUT.global(4, 1), 10, 20);
    base = server.model(LAYOUT.global(1, 1), 1, 2);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Three rounds late it is worth (1 + 3)^-0.5, half of its examples. */
  @Test
  void movesThemOntoThePresentModelAndWeighsThemLess() {
    Update fresh = server.update(5, 1, "b", 6, 12, 18);
    LateUpdate late = late("a", 2, base, 4, 5, 3);

    Aggregation result = aggregate(2, List.of(fresh), late);

    // a gives [10, 20] + [5, 3] - [1, 2] = [14, 21] with weight 2, b gives [12, 18] with weight 6.
    assertThat(server.values(result.model().orElseThrow())).containsExactly(12.5f, 18.75f);
    assertThat(result.contributions()).extracting(Contribution::share).containsExactly(0.25, 0.75);
    assertThat(result.contributions()).extracting(Contribution::staleness).containsExactly(3, 0);
    assertThat(result.contributions().get(0).update()).isEqualTo(late.update());
    assertThat(result.contributions().get(0).distance()).isEqualTo(Math.sqrt(17));
    assertThat(result.bytesRead()).isEqualTo(2 * fresh.artifact().bytes());
  }

  @Test
  void countForTheQuorumAndMakeAModelAlone() {
    Aggregation two =
        aggregate(2, List.of(), late("a", 3, base, 4, 5, 3), late("b", 4, base, 4, 5, 3));
    assertThat(server.values(two.model().orElseThrow())).containsExactly(14, 21);

    Aggregation three =
        aggregate(3, List.of(), late("a", 3, base, 4, 5, 3), late("b", 4, base, 4, 5, 3));
    assertThat(three.model()).isEmpty();
  }

  /** All rounds since then were skipped: not a bit of the update changes. */
  @Test
  void areTakenAsTheyAreWhereTheModelHasNotChanged() {
    AggregateTask task = median(List.of(), late("a", 4, global, 1, 0.1f, 3e-30f));
    assertThat(server.values(server.activities().aggregate(task).model().orElseThrow()))
        .containsExactly(0.1f, 3e-30f);
  }

  @Test
  void standBySiteAndAgeWhateverOrderTheyCameIn() {
    List<Update> fresh =
        List.of(server.update(5, 1, "b", 3, 11, 21), server.update(5, 1, "c", 1, 9, 22));
    LateUpdate older = late("b", 2, base, 3, 5, 3);
    LateUpdate newer = late("b", 4, base, 4, 7, 3);
    LateUpdate other = late("a", 3, base, 4, 1, 0);

    Aggregation one = aggregate(5, fresh, older, newer, other);
    Aggregation two = aggregate(5, fresh, other, newer, older);

    assertThat(two.model()).isEqualTo(one.model());
    assertThat(two.contributions()).isEqualTo(one.contributions());
    assertThat(one.contributions())
        .extracting(c -> c.update().site() + " " + c.staleness())
        .containsExactly("a 2", "b 0", "b 1", "b 3", "c 0");
  }

  @Test
  void countAsMuchAsOthersInAMedian() {
    AggregateTask task =
        median(List.of(server.update(5, 1, "b", 1000, 10, 20)), late("a", 2, base, 1, 5, 3));
    assertThat(server.values(server.activities().aggregate(task).model().orElseThrow()))
        .containsExactly(12, 20.5f);
  }

  @Test
  void areRefusedWhereTheirBaseIsGoneAndTheRoundGoesOn() {
    Artifact gone = made(LAYOUT.global(2, 1), 5);
    Artifact odd = made("../odd", 6);
    Update fresh = server.update(5, 1, "b", 6, 12, 18);

    Aggregation result =
        aggregate(1, List.of(fresh), late("a", 3, gone, 4, 5, 3), late("c", 3, odd, 4, 5, 3));

    assertThat(server.values(result.model().orElseThrow())).containsExactly(12, 18);
    assertThat(reasons(result).get(0))
        .startsWith("a: its update of round 3: the model that it started from: the store holds")
        .contains("perhaps you should");
    assertThat(reasons(result).get(1)).startsWith("c: its update of round 3: the model that it");
  }

  @Test
  void areCheckedAsStrictlyAsOthers() {
    Update fresh = server.update(5, 1, "b", 6, 12, 18);
    LateUpdate nan = late("a", 4, base, 4, Float.NaN, 3);
    LateUpdate far = late("c", 4, base, 4, 1_000_000, 3);
    LateUpdate otherRound = new LateUpdate(3, 1, base, server.update(2, 1, "d", 4, 5, 3), 0);
    LateUpdate thisRound = new LateUpdate(5, 1, base, server.update(5, 1, "e", 4, 5, 3), 0);
    LateUpdate tooLate = new LateUpdate(-1, 1, base, server.update(1, 1, "f", 4, 5, 3), 0);
    LateUpdate twice = late("g", 4, base, 4, 5, 3);

    Aggregation result =
        aggregate(2, List.of(fresh), nan, far, otherRound, thisRound, tooLate, twice, twice);

    assertThat(result.contributions())
        .extracting(c -> c.update().site().value())
        .containsExactly("b", "g");
    List<String> reasons = reasons(result);
    assertThat(reasons).hasSize(6);
    assertThat(reasons.get(0))
        .startsWith("a: its update of round 4: tensor 'w' holds NaN at element 0, perhaps you");
    assertThat(reasons.get(1)).startsWith("c: its update of round 4: it is 1.000e+06 away from");
    assertThat(reasons.get(2)).contains("d: its update of round 3: it is of another round");
    assertThat(reasons.get(3)).contains("e: it is not of an earlier round");
    assertThat(reasons.get(4))
        .contains("f: its update of round -1: it is 6 rounds late, not 1 to 5");
    assertThat(reasons.get(5)).contains("g: its update of round 4: there is another update");
  }

  private static List<String> reasons(Aggregation result) {
    return result.quarantined().stream().map(LateUpdatesTest::text).toList();
  }

  private static String text(Exclusion exclusion) {
    return exclusion.site() + ": " + exclusion.reason();
  }

  private LateUpdate late(String site, int round, Artifact start, long examples, float... values) {
    return new LateUpdate(round, 1, start, server.update(round, 1, site, examples, values), 0);
  }

  private AggregateTask median(List<Update> fresh, LateUpdate... late) {
    return new AggregateTask(
        JOB,
        5,
        1,
        new StrategySpec.FedMedian(),
        UpdatesSpec.DEFAULT,
        ServerStore.WORTH,
        global,
        Optional.empty(),
        fresh,
        List.of(late),
        1);
  }

  private AggregateTask task(int quorum, List<Update> fresh, LateUpdate... late) {
    return ServerStore.task(5, 1, global, fresh, List.of(late), quorum);
  }

  private Aggregation aggregate(int quorum, List<Update> fresh, LateUpdate... late) {
    return server.activities().aggregate(task(quorum, fresh, late));
  }
}
