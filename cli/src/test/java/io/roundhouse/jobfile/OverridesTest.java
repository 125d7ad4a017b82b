package io.roundhouse.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.spec.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OverridesTest {
  @Test
  void putsValuesAtTheirPaths() {
    Map<String, Object> tree = tree();

    new Overrides()
        .set("--rounds", "rounds.count", "7")
        .set("--seed", "seed", "-1")
        .set("--alpha", "simulation.partition.alpha", "0.25")
        .applyTo(tree);

    assertThat(tree)
        .isEqualTo(
            Map.of(
                "name",
                "a",
                "rounds",
                Map.of("count", 7, "quorum", 2),
                "seed",
                -1,
                "simulation",
                Map.of("partition", Map.of("alpha", 0.25))));
  }

  @Test
  void leavesWhatWasNotGivenAlone() {
    Map<String, Object> tree = tree();

    new Overrides().set("--rounds", "rounds.count", null).applyTo(tree);

    assertThat(tree).isEqualTo(tree());
  }

  @Test
  void putsAMappingInPlaceOfAValue() {
    Map<String, Object> tree = new LinkedHashMap<>(Map.of("partition", "skew"));

    new Overrides()
        .set("--alpha", "partition.alpha", "1")
        .set("--alpha", "partition.type", "dirichlet")
        .applyTo(tree);

    assertThat(tree).isEqualTo(Map.of("partition", Map.of("alpha", 1, "type", "dirichlet")));
  }

  @Test
  void dropsTheKeysOfAMappingThatGetsAnotherType() {
    for (Object before : List.of("skew", Map.of("type", "shards", "perSite", 3))) {
      Map<String, Object> tree = new LinkedHashMap<>(Map.of("partition", before));

      new Overrides()
          .type("--alpha", "partition", "dirichlet")
          .set("--alpha", "partition.alpha", "1")
          .applyTo(tree);

      assertThat(tree).isEqualTo(Map.of("partition", Map.of("alpha", 1, "type", "dirichlet")));
    }
  }

  @Test
  void keepsTheKeysOfAMappingThatHasTheTypeAlready() {
    Map<String, Object> tree =
        new LinkedHashMap<>(Map.of("a", Map.of("b", Map.of("type", "dirichlet", "minSize", 3))));

    new Overrides().type("--alpha", "a.b", "dirichlet").applyTo(tree);

    assertThat(tree).isEqualTo(Map.of("a", Map.of("b", Map.of("type", "dirichlet", "minSize", 3))));
  }

  @Test
  void changesACopyOnly() {
    Map<String, Object> tree = tree();

    Map<String, Object> copy = new Overrides().set("--rounds", "rounds.count", "7").appliedTo(tree);

    assertThat(copy).containsEntry("rounds", Map.of("count", 7, "quorum", 2));
    assertThat(tree).isEqualTo(tree());
  }

  @Test
  void readsTextsAsAFileWould() {
    assertThat(value("true")).isEqualTo(true);
    assertThat(value("1e-3")).isEqualTo(0.001);
    assertThat(value("fedavg")).isEqualTo("fedavg");
    assertThat(value("'7'")).isEqualTo("7");
  }

  @Test
  void takesForATextWhatIsNoScalar() {
    for (String text : List.of("", "[1, 2]", "{a: 1}", "*alias", "a: b: c", "- 1", "\u0000", "~")) {
      assertThat(value(text)).isEqualTo(text);
    }
  }

  @Test
  void takesTheProblemsThatAreItsDoing() {
    Overrides overrides =
        new Overrides()
            .problem("--kernel: must be java")
            .set("--rounds", "rounds.count", "0")
            .set("--strategy", "strategy", "fedavgg")
            .set("--epochs", "training.epochs", null);
    List<Problem> others = new ArrayList<>();

    List<String> mine =
        overrides.take(
            List.of(
                new Problem("name", "is missing"),
                new Problem("strategy.type", "must be fedavg"),
                new Problem("rounds.count", "must be 1"),
                new Problem("rounds.counts", "is not a known key"),
                new Problem("training.epochs", "must be 1")),
            others);

    assertThat(mine)
        .containsExactly(
            "--kernel: must be java", "--strategy: must be fedavg", "--rounds: must be 1");
    assertThat(others)
        .extracting(Problem::path)
        .containsExactly("name", "rounds.counts", "training.epochs");
  }

  private static Object value(String text) {
    Map<String, Object> tree = new LinkedHashMap<>();
    new Overrides().set("--option", "key", text).applyTo(tree);
    return tree.getOrDefault("key", "absent");
  }

  private static Map<String, Object> tree() {
    return new LinkedHashMap<>(Map.of("name", "a", "rounds", Map.of("count", 3, "quorum", 2)));
  }
}
