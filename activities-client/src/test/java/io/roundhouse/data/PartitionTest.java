package io.roundhouse.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.data.Partition.Dirichlet;
import io.roundhouse.data.Partition.Iid;
import io.roundhouse.data.Partition.LabelsPerSite;
import io.roundhouse.data.Partition.Quantity;
import io.roundhouse.data.Partition.RoundRobin;
import io.roundhouse.data.Partition.Shards;
import io.roundhouse.data.Partition.Skew;
import io.roundhouse.domain.Seed;
import io.roundhouse.spec.Section;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {
  private static final int[] LABELS =
      new SplittableRandom(9).longs(1437).mapToInt(draw -> Math.floorMod(draw, 10)).toArray();

  static Stream<Partition> all() {
    return Stream.of(
        new Iid(),
        new RoundRobin(),
        new Skew(),
        new Dirichlet(0.5, 2),
        new Dirichlet(0.01, 1),
        new Dirichlet(1000, 5),
        new LabelsPerSite(2),
        new Shards(2),
        new Quantity(0.5, 2),
        new Quantity(0.001, 1));
  }

  @ParameterizedTest
  @MethodSource("all")
  void givesEachRowToExactlyOneSite(Partition partition) {
    for (int sites : new int[] {1, 2, 7, 10, 200}) {
      if (partition instanceof LabelsPerSite && sites < 5) {
        continue;
      }
      for (long seed = 0; seed < 5; seed++) {
        List<int[]> parts = partition.split(LABELS, sites, new Seed(seed));
        String which = partition + ", " + sites + " sites, seed " + seed;
        assertThat(parts).as(which).hasSize(sites);
        assertThat(parts.stream().flatMapToInt(Arrays::stream).sorted().toArray())
            .as(which)
            .isEqualTo(IntStream.range(0, LABELS.length).toArray());
        assertThat(parts.stream().mapToInt(part -> part.length).min().orElse(0))
            .as(which)
            .isGreaterThanOrEqualTo(partition.minSize());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void dependsOnTheSeedOnly(Partition partition) {
    List<int[]> parts = partition.split(LABELS, 10, new Seed(1));
    assertThat(partition.split(LABELS, 10, new Seed(1)))
        .usingRecursiveComparison()
        .isEqualTo(parts);
    boolean isFixed = partition instanceof RoundRobin || partition instanceof Skew;
    boolean same =
        Arrays.deepEquals(parts.toArray(), partition.split(LABELS, 10, new Seed(2)).toArray());
    assertThat(same).isEqualTo(isFixed);
  }

  @Test
  void cutsRoundRobinAndSkewAsTheReferenceDoes() {
    int[] labels = {1, 0, 1, 0, 2};
    assertThat(new RoundRobin().split(labels, 2, new Seed(0)))
        .containsExactly(new int[] {0, 2, 4}, new int[] {1, 3});
    assertThat(new Skew().split(labels, 2, new Seed(0)))
        .containsExactly(new int[] {1, 3, 0}, new int[] {2, 4});
  }

  @Test
  void givesEachSiteItsNumberOfLabels() {
    for (int[] part : new LabelsPerSite(3).split(LABELS, 20, new Seed(4))) {
      assertThat(Arrays.stream(part).map(row -> LABELS[row]).distinct()).hasSize(3);
    }
  }

  @Test
  void differsMoreWithASmallerAlpha() {
    assertThat(distinctLabels(new Dirichlet(0.05, 1)))
        .isLessThan(distinctLabels(new Dirichlet(1, 1)));
    assertThat(distinctLabels(new Dirichlet(1000, 1))).isEqualTo(100);
    assertThat(distinctLabels(new Shards(2))).isLessThan(50);
  }

  @Test
  void cutsTheSameRowsOnEveryJvm() {
    int hash = 0;
    for (int[] part : new Dirichlet(0.5, 2).split(LABELS, 10, new Seed(42))) {
      hash = 31 * hash + Arrays.hashCode(part);
    }
    assertThat(hash).isEqualTo(1753169030);
  }

  @ParameterizedTest
  @ValueSource(ints = {719, 1438})
  void refusesMoreSitesThanRowsAllow(int sites) {
    assertThatThrownBy(() -> new Dirichlet(0.5, 2).split(LABELS, sites, new Seed(0)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "1437 rows are too few for " + sites + " sites with at least 2 each, perhaps");
  }

  @Test
  void refusesLabelsThatNobodyWouldGet() {
    assertThatThrownBy(() -> new LabelsPerSite(2).split(LABELS, 4, new Seed(0)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("4 sites with 2 labels each leave some of 10 labels to nobody");
    assertThatThrownBy(() -> new LabelsPerSite(11).split(LABELS, 4, new Seed(0)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("fewer than the 11");
  }

  @ParameterizedTest
  @CsvSource({
    "iid, Iid[]",
    "round-robin, RoundRobin[]",
    "skew, Skew[]",
    "dirichlet, 'Dirichlet[alpha=0.5, minSize=10]'",
    "labels, LabelsPerSite[count=2]",
    "shards, Shards[perSite=2]",
    "quantity, 'Quantity[alpha=0.5, minSize=1]'"
  })
  void readsABareName(String name, String expected) {
    Section root = Section.root(Map.of("partition", name));
    assertThat(Partition.read(root.typed("partition"))).hasToString(expected);
    assertThat(root.problems()).isEmpty();
  }

  @Test
  void readsOptionsAndSuggestsNames() {
    Section root =
        Section.root(Map.of("partition", Map.of("type", "dirichlet", "alpha", 0.1, "minSize", 3)));
    assertThat(Partition.read(root.typed("partition"))).isEqualTo(new Dirichlet(0.1, 3));
    Section wrong = Section.root(Map.of("partition", "dirichlett"));
    Partition.read(wrong.typed("partition"));
    assertThat(wrong.problems())
        .singleElement()
        .asString()
        .endsWith("perhaps you should write dirichlet");
  }

  private static long distinctLabels(Partition partition) {
    return partition.split(LABELS, 10, new Seed(3)).stream()
        .mapToLong(part -> Arrays.stream(part).map(row -> LABELS[row]).distinct().count())
        .sum();
  }
}
