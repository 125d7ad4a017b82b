package io.roundhouse.server;

import static io.roundhouse.server.ServerStore.JOB;
import static io.roundhouse.server.ServerStore.LAYOUT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.storage.DType;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Updates that a broken or a hostile site may send, as real files in a real store. */
class PoisonTest {
  private static final int ROUND = 5;
  private static final String OCTETS = "application/octet-stream";

  private Path folder;
  private ServerStore server;
  private Artifact global;

  @BeforeEach
  void start(@TempDir Path temporary) {
    folder = temporary;
    server = new ServerStore(folder);
    global = server.model(LAYOUT.global(ROUND - 1, 1), tensors(1));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** A poison: its name, and how a refusal names it. */
  enum Poison {
    NAN("tensor '0_W' holds NaN at element 2"),
    INFINITY("tensor '0_W' holds Infinity at element 2"),
    MINUS_INFINITY("tensor '0_W' holds -Infinity at element 2"),
    TIMES_1000("away from the global model that it started from, more than 100.0 times"),
    WRONG_SHAPE("tensor '0_W' has shape [3, 2], not [2, 3]"),
    WRONG_NAME("tensor '0_b' is missing; tensor '0_B' is not in the model"),
    MISSING_TENSOR("tensor '0_b' is missing"),
    EXTRA_TENSOR("tensor 'backdoor' is not in the model"),
    NEGATIVE_EXAMPLES("it counts -5 examples, not 1 to 1000000000"),
    NO_EXAMPLES("it counts 0 examples, not 1 to 1000000000"),
    TOO_MANY_EXAMPLES("it counts 1000000000000 examples, not 1 to 1000000000"),
    DOUBLES("tensor '0_W' is F64, perhaps you should save it as F32"),
    ANOTHER_ROUND("its artifact is 'test/job/rounds/00004/updates/"),
    ANOTHER_TAKE("its artifact is 'test/job/rounds/00005.2/updates/"),
    ANOTHER_JOB("its artifact is 'test/other/rounds/00005/updates/"),
    ANOTHER_SITE("its artifact is 'test/job/rounds/00005/updates/b.1.safetensors'"),
    ANOTHER_ATTEMPT("its artifact is 'test/job/rounds/00005/updates/"),
    THE_GLOBAL_MODEL("its artifact is 'test/job/rounds/00004/global.safetensors'"),
    PATH_UPWARDS("/../b.1."),
    EMPTY_FILE("it is shorter than eight bytes"),
    TRUNCATED_FILE("its tensors have 36 bytes, its data 31"),
    NO_SAFETENSORS("its header is longer than the file"),
    REPLACED_FILE("in the store has another SHA-256 than was recorded"),
    SHORTENED_FILE("in the store has another size than was recorded"),
    MISSING_FILE("the store holds nothing under"),
    HUGE_FILE("it has 1000000000000 bytes, the global model has ");

    private final String reason;

    Poison(String reason) {
      this.reason = reason;
    }

    String site() {
      return "x-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static Stream<Arguments> poisonsAtBothPlaces() {
    return Arrays.stream(Poison.values())
        .flatMap(poison -> Stream.of("a", "c").map(site -> Arguments.of(poison, site)));
  }

  /** The bad site's update comes before the good ones, or between them. */
  @ParameterizedTest(name = "{0} from site {1}")
  @MethodSource("poisonsAtBothPlaces")
  void changesNothingAndIsNamed(Poison poison, String bad) {
    List<Update> good = List.of(good("b", 30), good("d", 10));
    Update poisoned = poisoned(poison, bad);

    Aggregation result = aggregate(2, good, List.of(poisoned));

    assertThat(result.model().orElseThrow().sha256()).isEqualTo(clean().sha256());
    assertThat(result.contributions())
        .extracting(one -> one.update().site().value())
        .containsExactly("b", "d");
    assertThat(result.contributions()).extracting(one -> one.share()).containsExactly(0.75, 0.25);
    assertThat(result.quarantined()).hasSize(1);
    Exclusion exclusion = result.quarantined().get(0);
    assertThat(exclusion.site()).isEqualTo(new SiteName(bad));
    assertThat(exclusion.cause()).isEqualTo(Exclusion.Cause.QUARANTINED);
    assertThat(exclusion.reason()).contains(poison.reason);
  }

  @Test
  void changesNothingWhenAllComeAtOnce() {
    List<Update> good = List.of(good("b", 30), good("d", 10));
    List<Update> poisoned = new ArrayList<>();
    for (Poison poison : Poison.values()) {
      poisoned.add(poisoned(poison, poison.site()));
    }

    Aggregation result = aggregate(2, good, poisoned);

    assertThat(result.model().orElseThrow().sha256()).isEqualTo(clean().sha256());
    assertThat(result.quarantined()).hasSize(Poison.values().length);
    for (Poison poison : Poison.values()) {
      assertThat(result.quarantined())
          .filteredOn(exclusion -> exclusion.site().value().equals(poison.site()))
          .extracting(Exclusion::reason)
          .singleElement()
          .asString()
          .contains(poison.reason);
    }
  }

  @Test
  void makesNoModelWhereItLeavesTooFew() {
    List<Update> good = List.of(good("b", 30), good("d", 10));

    Aggregation result = aggregate(3, good, List.of(poisoned(Poison.NAN, "a")));

    assertThat(result.model()).isEmpty();
    assertThat(result.quarantined()).hasSize(1);
    assertThat(result.contributions()).hasSize(2);
    assertThat(server.store().list(LAYOUT.global(ROUND, 1))).isEmpty();
  }

  /** Whoever comes second is not believed, even with a good file. */
  @Test
  void takesOneUpdateOfASite() {
    Update first = good("b", 30);
    Update second = new Update(first.site(), 1, first.artifact(), 1_000_000, 0, 0);

    Aggregation result = aggregate(1, List.of(first, good("d", 10)), List.of(second));

    assertThat(result.model().orElseThrow().sha256()).isEqualTo(clean().sha256());
    assertThat(result.quarantined())
        .extracting(Exclusion::reason)
        .containsExactly("there is another update of this site for the same round");
  }

  /** The model of the good sites alone, made in another take. */
  private Artifact clean() {
    List<Update> good =
        List.of(update("b", 30, 9, tensors(1.25f)), update("d", 10, 9, tensors(0.75f)));
    return server
        .activities()
        .aggregate(ServerStore.task(ROUND, 9, global, good, List.of(), 2))
        .model()
        .orElseThrow();
  }

  private Aggregation aggregate(int quorum, List<Update> good, List<Update> bad) {
    List<Update> all = new ArrayList<>(good);
    all.addAll(bad);
    all.sort(Comparator.comparing(Update::site));
    return server
        .activities()
        .aggregate(ServerStore.task(ROUND, 1, global, all, List.of(), quorum));
  }

  private Update good(String site, long examples) {
    return update(site, examples, 1, tensors(site.equals("b") ? 1.25f : 0.75f));
  }

  private Update update(String site, long examples, int take, Tensor... tensors) {
    SiteName name = new SiteName(site);
    Artifact artifact = server.model(LAYOUT.update(ROUND, take, name, 1), tensors);
    return new Update(name, 1, artifact, examples, 0.5, 2);
  }

  private static Tensor[] tensors(float size) {
    return new Tensor[] {weights(size, 1.5f * size), bias(size)};
  }

  private static Tensor weights(float size, float third) {
    return Tensor.of(
        "0_W", List.of(2L, 3L), new float[] {size, -size, third, size / 2, 0, 2 * size});
  }

  private static Tensor bias(float size) {
    return Tensor.of("0_b", List.of(3L), new float[] {0.1f * size, 0, -size});
  }

  private Update poisoned(Poison poison, String site) {
    SiteName name = new SiteName(site);
    String path = LAYOUT.update(ROUND, 1, name, 1);
    return switch (poison) {
      case NAN -> update(site, 10, 1, weights(1, Float.NaN), bias(1));
      case INFINITY -> update(site, 10, 1, weights(1, Float.POSITIVE_INFINITY), bias(1));
      case MINUS_INFINITY -> update(site, 10, 1, weights(1, Float.NEGATIVE_INFINITY), bias(1));
      case TIMES_1000 -> update(site, 10, 1, tensors(1_100));
      case WRONG_SHAPE ->
          update(site, 10, 1, Tensor.of("0_W", List.of(3L, 2L), new float[6]), bias(1));
      case WRONG_NAME ->
          update(site, 10, 1, weights(1, 1), Tensor.of("0_B", List.of(3L), new float[3]));
      case MISSING_TENSOR -> update(site, 10, 1, weights(1, 1));
      case EXTRA_TENSOR ->
          update(
              site, 10, 1, weights(1, 1), bias(1), Tensor.of("backdoor", List.of(), new float[1]));
      case NEGATIVE_EXAMPLES -> update(site, -5, 1, tensors(1));
      case NO_EXAMPLES -> update(site, 0, 1, tensors(1));
      case TOO_MANY_EXAMPLES -> update(site, 1_000_000_000_000L, 1, tensors(1));
      case DOUBLES -> sent(name, server.store().putIfAbsent(path, doubles()));
      case ANOTHER_ROUND -> of(name, LAYOUT.update(ROUND - 1, 1, name, 1));
      case ANOTHER_TAKE -> of(name, LAYOUT.update(ROUND, 2, name, 1));
      case ANOTHER_JOB -> {
        JobLayout other = new JobLayout(new JobId(JOB.project(), "other"));
        yield of(name, other.update(ROUND, 1, name, 1));
      }
      case ANOTHER_SITE -> sent(name, good("b", 30).artifact());
      case ANOTHER_ATTEMPT -> of(name, LAYOUT.update(ROUND, 1, name, 2));
      case THE_GLOBAL_MODEL -> sent(name, global);
      case PATH_UPWARDS -> {
        Artifact b = good("b", 30).artifact();
        String way = LAYOUT.updates(ROUND, 1, name) + "/../b.1.safetensors";
        yield sent(name, new Artifact(way, b.sha256(), b.bytes()));
      }
      case EMPTY_FILE -> sent(name, server.store().putIfAbsent(path, new byte[0]));
      case TRUNCATED_FILE -> {
        byte[] whole = whole();
        yield sent(name, server.store().putIfAbsent(path, Arrays.copyOf(whole, whole.length - 5)));
      }
      case NO_SAFETENSORS ->
          sent(name, server.store().putIfAbsent(path, "PK, this is no model".getBytes(US_ASCII)));
      case REPLACED_FILE -> {
        Update update = update(site, 10, 1, tensors(1));
        byte[] changed = whole();
        changed[changed.length - 1] ^= 1;
        server.store().replace(path, changed, OCTETS);
        yield update;
      }
      case SHORTENED_FILE -> {
        Update update = update(site, 10, 1, tensors(1));
        server.store().replace(path, new byte[9], OCTETS);
        yield update;
      }
      case MISSING_FILE -> {
        Update update = update(site, 10, 1, tensors(1));
        server.store().delete(path);
        yield update;
      }
      case HUGE_FILE -> {
        Artifact artifact = update(site, 10, 1, tensors(1)).artifact();
        yield sent(name, new Artifact(path, artifact.sha256(), 1_000_000_000_000L));
      }
    };
  }

  /** A good update at a place that is not its own. */
  private Update of(SiteName site, String path) {
    return sent(site, server.model(path, tensors(1)));
  }

  private static Update sent(SiteName site, Artifact artifact) {
    return new Update(site, 1, artifact, 10, 0.5, 2);
  }

  private byte[] whole() {
    return bytes("whole", file -> SafetensorsWriter.writeAll(file, List.of(tensors(1)), Map.of()));
  }

  private byte[] doubles() {
    List<TensorSpec> specs =
        List.of(
            new TensorSpec("0_W", DType.F64, List.of(2L, 3L)),
            new TensorSpec("0_b", DType.F64, List.of(3L)));
    return bytes(
        "doubles",
        file -> {
          try (SafetensorsWriter writer = SafetensorsWriter.create(file, specs, Map.of())) {
            writer.write(0, 0, new double[] {1, 1, 1, 1, 1, 1}, 0, 6);
            writer.write(1, 0, new double[] {1, 1, 1}, 0, 3);
          }
        });
  }

  private byte[] bytes(String name, Consumer<Path> write) {
    try {
      Path file = folder.resolve(name);
      write.accept(file);
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
