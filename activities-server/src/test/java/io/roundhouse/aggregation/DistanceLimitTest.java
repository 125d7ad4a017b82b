package io.roundhouse.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.aggregation.CheckedUpdate.Accepted;
import io.roundhouse.spec.UpdatesSpec;
import io.roundhouse.spec.UpdatesSpec.Keep;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistanceLimitTest {
  private final Path folder;

  DistanceLimitTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void comparesWithTheNormOfTheModel() {
    DistanceLimit limit = limit(10, model(3, -4), 1, 1, 2);
    assertThat(limit).isEqualTo(new DistanceLimit(10, 5, 1));
    assertThat(limit.check(update(50))).isEqualTo(update(50));
    assertThat(limit.check(update(50.01)))
        .isEqualTo(
            new CheckedUpdate.Refused(
                List.of(
                    "it is 50.01 away from the global model that it started from, more than 10.0"
                        + " times (the job's outlier) the norm of that model, 5.000, perhaps you"
                        + " should look at the site's rows and its learningRate")));
  }

  @Test
  void comparesWithTheMedianWhereTheModelIsSmall() {
    DistanceLimit limit = limit(10, model(0, 0), 7, 2, 900);
    assertThat(limit.check(update(70))).isEqualTo(update(70));
    assertThat(limit.check(update(900)))
        .isInstanceOfSatisfying(
            CheckedUpdate.Refused.class,
            bad ->
                assertThat(bad.reason())
                    .contains("900.0 away", "the median of the round's updates, 7.000"));
  }

  /** Of two updates the smaller one is taken for the usual. */
  @Test
  void findsOneBadUpdateOfTwo() {
    DistanceLimit limit = limit(100, model(0), 2, 2_000);
    assertThat(limit.check(update(2))).isEqualTo(update(2));
    assertThat(limit.check(update(2_000))).isInstanceOf(CheckedUpdate.Refused.class);
  }

  @Test
  void refusesNothingWithoutAnythingToCompareWith() {
    assertThat(limit(10, model(0, 0), 0, 0, 900).check(update(900))).isEqualTo(update(900));
    assertThat(limit(10, model(0)).check(update(900))).isEqualTo(update(900));
    assertThat(limit(10, model(), 900).check(update(900))).isEqualTo(update(900));
  }

  @Test
  void zeroTurnsItOff() {
    assertThat(limit(0, model(1), 1, 1, 1e30).check(update(1e30))).isEqualTo(update(1e30));
  }

  private static DistanceLimit limit(double times, Path model, double... distances) {
    UpdatesSpec limits =
        new UpdatesSpec(
            Optional.empty(),
            times,
            Optional.empty(),
            1,
            10,
            Optional.empty(),
            Optional.empty(),
            Optional.of(Keep.ALL));
    return DistanceLimit.of(
        model, Arrays.stream(distances).mapToObj(DistanceLimitTest::update).toList(), limits);
  }

  private static Accepted update(double distance) {
    return new Accepted(Path.of("any"), 1, List.of(), distance);
  }

  private Path model(float... values) {
    Path file = folder.resolve("model");
    Tensor tensor = Tensor.of("w", List.of((long) values.length), values);
    SafetensorsWriter.writeAll(file, List.of(tensor), Map.of());
    return file;
  }
}
