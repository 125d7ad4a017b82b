package io.roundhouse.server;

import static io.roundhouse.server.ServerStore.LAYOUT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoundFolderTest {
  @Test
  void readsPathsThatItWrote() {
    for (RoundFolder folder : rounds("0 7 7.2 99999.12 123456 123456789.123456789")) {
      assertThat(RoundFolder.of(LAYOUT, folder.manifest(LAYOUT))).contains(folder);
      assertThat(RoundFolder.of(LAYOUT, folder.path(LAYOUT) + "updates/a.1.x")).contains(folder);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "test/job/job.yml",
        "test/job/rounds/7/manifest.json",
        "test/job/rounds/000007/manifest.json",
        "test/job/rounds/00007.1/manifest.json",
        "test/job/rounds/00007.02/manifest.json",
        "test/job/rounds/00007.0/manifest.json",
        "test/job/rounds/1234567890/manifest.json",
        "test/job/rounds/00007",
        "test/job2/rounds/00007/manifest.json"
      })
  void passesOverOtherPaths(String path) {
    assertThat(RoundFolder.of(LAYOUT, path)).isEmpty();
  }

  /** Rounds as {@code round} or {@code round.take}; in brackets what was begun only. */
  @ParameterizedTest
  @CsvSource({
    "'', '', ''",
    "0 1 2, '', 0 1 2",
    "2 0 1, '', 0 1 2",
    "0 1 2 3 2.2, '', 0 1 2.2",
    "0 1 2 3 2.2 3.2, '', 0 1 2.2 3.2",
    "0 1 2 2.2 3.2 1.3, '', 0 1.3",
    "0 0.2 1.2, '', 0.2 1.2",
    "0 1 3.4, '', 0 1 3.4",
    "0 1 2, 3, 0 1 2",
    "0 1 2 3, 2.2, 0 1",
    "0 1 2 3 2.3, 2.2, 0 1 2.3",
    "0 1 2 2.2 3.2, 2, 0 1 2.2 3.2",
    "0 1, 0.2, ''"
  })
  void laterRoundsTakeThePlaceOfEarlierOnes(String complete, String begun, String lineage) {
    assertThat(RoundFolder.lineage(rounds(complete), rounds(begun))).isEqualTo(rounds(lineage));
  }

  @Test
  void followsALongWayWithManyTurns() {
    List<RoundFolder> complete = new ArrayList<>();
    for (int take = 1; take <= 400; take++) {
      int from = take == 1 ? 0 : 5 * take - 3;
      for (int round = from; round <= 5 * take + 10; round++) {
        complete.add(new RoundFolder(round, take));
      }
    }
    List<RoundFolder> lineage = RoundFolder.lineage(complete, List.of());
    assertThat(lineage)
        .extracting(RoundFolder::round)
        .isEqualTo(IntStream.rangeClosed(0, 2010).boxed().toList());
    assertThat(lineage.get(2010).take()).isEqualTo(400);
    assertThat(lineage.get(7)).isEqualTo(new RoundFolder(7, 2));
  }

  private static List<RoundFolder> rounds(String names) {
    return Arrays.stream(names.split(" "))
        .filter(name -> !name.isEmpty())
        .map(name -> name.split("\\."))
        .map(
            parts ->
                new RoundFolder(
                    Integer.parseInt(parts[0]), parts.length == 1 ? 1 : Integer.parseInt(parts[1])))
        .toList();
  }
}
