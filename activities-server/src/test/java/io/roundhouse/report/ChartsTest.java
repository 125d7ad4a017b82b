package io.roundhouse.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartsTest {
  @Test
  void scaleStartsAndEndsOnTicks() {
    Scale scale = Scale.covering(0.23, 2.31, 5);
    assertThat(scale).isEqualTo(new Scale(0, 2.5, 0.5));
    assertThat(scale.ticks()).containsExactly(0.0, 0.5, 1.0, 1.5, 2.0, 2.5);
    assertThat(scale.decimals()).isEqualTo(1);
  }

  @Test
  void scaleOfOneValueHasRoomAroundIt() {
    Scale scale = Scale.covering(3, 3, 5);
    assertThat(scale.position(3)).isBetween(0.2, 0.8);
  }

  @Test
  void scaleOfSharesStaysWithinThem() {
    Scale scale = Scale.share(1, 1, 5);
    assertThat(scale.low()).isLessThan(1);
    assertThat(scale.high()).isEqualTo(1);
  }

  @Test
  void scaleOfRoundsTicksWholeNumbers() {
    assertThat(Scale.rounds(1, 3, 6).ticks()).containsExactly(1.0, 2.0, 3.0);
    assertThat(Scale.rounds(0, 2000, 6).ticks())
        .containsExactly(0.0, 500.0, 1000.0, 1500.0, 2000.0);
  }

  @Test
  void thinningKeepsEndsAndSpikesInOrder() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      points.add(new Point(i, i == 1234 ? 9 : i == 77 ? -9 : Math.sin(i)));
    }
    List<Point> thinned = Point.thinned(points, 100);
    assertThat(thinned).hasSizeLessThanOrEqualTo(202).isSubsetOf(points);
    assertThat(thinned)
        .contains(points.get(0), points.get(77), points.get(1234), points.get(1999))
        .isSortedAccordingTo((a, b) -> Integer.compare(a.x(), b.x()));
  }

  @Test
  void thinningLeavesOutWhatIsNotFinite() {
    List<Point> points =
        List.of(new Point(0, 1), new Point(1, Double.NaN), new Point(2, Double.POSITIVE_INFINITY));
    assertThat(Point.thinned(points, 100)).containsExactly(new Point(0, 1));
  }

  @Test
  void stripShowsAnExclusionAmongManyRounds() {
    List<Outcome> outcomes = new ArrayList<>(Collections.nCopies(2000, Outcome.ANSWERED));
    outcomes.set(1500, Outcome.QUARANTINED);
    assertThat(ParticipationStrip.draw(outcomes).toString())
        .containsPattern("class=\"quarantined\" d=\"M450 1V0h10V1z\"");
  }

  @Test
  void numbersReadWell() {
    assertThat(Numbers.percent(0.94213)).isEqualTo("94.21%");
    assertThat(Numbers.decimal(0.158432)).isEqualTo("0.1584");
    assertThat(Numbers.decimal(12.3456)).isEqualTo("12.35");
    assertThat(Numbers.decimal(Double.NaN)).isEqualTo("NaN");
    assertThat(Numbers.seconds(0.0042)).isEqualTo("4.2 ms");
    assertThat(Numbers.seconds(0.887)).isEqualTo("887 ms");
    assertThat(Numbers.seconds(8.375)).isEqualTo("8.38 s");
    assertThat(Numbers.seconds(511)).isEqualTo("8 min 31 s");
    assertThat(Numbers.seconds(52_440)).isEqualTo("14 h 34 min");
    assertThat(Numbers.seconds(187_200)).isEqualTo("2 d 4 h");
    assertThat(Numbers.bytes(999)).isEqualTo("999 B");
    assertThat(Numbers.bytes(4_812_344)).isEqualTo("4.81 MB");
    assertThat(Numbers.bytes(999_900_000)).isEqualTo("1.00 GB");
    assertThat(Numbers.count(2000, "round")).isEqualTo("2,000 rounds");
    assertThat(Numbers.time(SampleJob.STARTED)).isEqualTo("2026-11-22 08:30:00 UTC");
  }
}
