package io.roundhouse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.Seed;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.spec.TrainingSpec.Optimizer;
import io.roundhouse.spec.TrainingSpec.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointTest {
  private static final TrainingListener IGNORED = (epoch, batch, loss, samples) -> {};
  private static final TrainingListener POWER_CUT_IN_THIRD_EPOCH =
      (epoch, batch, loss, samples) -> {
        if (epoch == 2 && batch == 3) {
          throw new IllegalStateException("power cut");
        }
      };

  private final TrainingEngine engine = Engines.named("dl4j");
  private final Path folder;

  CheckpointTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @EnumSource(Optimizer.class)
  void goesOnWithTheSameBitsAfterACrash(Optimizer optimizer) {
    TrainingResult undisturbed = engine.train(request(optimizer, Optional.empty()), IGNORED);
    TrainingRequest request = request(optimizer, Optional.of(checkpoint("one")));
    crash(request);
    List<Integer> epochs = new ArrayList<>();
    TrainingResult resumed =
        engine.train(request, (epoch, batch, loss, samples) -> epochs.add(epoch));
    assertThat(epochs).containsOnly(2, 3);
    assertThat(resumed.model()).isEqualTo(undisturbed.model());
    assertThat(resumed.loss()).isEqualTo(undisturbed.loss());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void ignoresTheCheckpointOfAnotherTraining() {
    TrainingResult undisturbed = engine.train(request(Optimizer.ADAM, Optional.empty()), IGNORED);
    crash(request(Optimizer.ADAM, Optional.of(checkpoint("one"))));
    TrainingRequest other = request(Optimizer.ADAM, Optional.of(checkpoint("two")));
    List<Integer> epochs = new ArrayList<>();
    TrainingResult result = engine.train(other, (epoch, batch, loss, samples) -> epochs.add(epoch));
    assertThat(epochs).contains(0, 1, 2, 3);
    assertThat(result.model()).isEqualTo(undisturbed.model());
  }

  @Test
  void ignoresADamagedCheckpoint() throws IOException {
    TrainingResult undisturbed = engine.train(request(Optimizer.ADAM, Optional.empty()), IGNORED);
    TrainingRequest request = request(Optimizer.ADAM, Optional.of(checkpoint("one")));
    crash(request);
    Path file = checkpoint("one").file();
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    assertThat(engine.train(request, IGNORED).model()).isEqualTo(undisturbed.model());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void ignoresACheckpointOfAnotherOptimizerUnderTheSameName() {
    TrainingResult undisturbed = engine.train(request(Optimizer.SGD, Optional.empty()), IGNORED);
    crash(request(Optimizer.ADAM, Optional.of(checkpoint("one"))));
    TrainingRequest request = request(Optimizer.SGD, Optional.of(checkpoint("one")));
    assertThat(engine.train(request, IGNORED).model()).isEqualTo(undisturbed.model());
  }

  private void crash(TrainingRequest request) {
    assertThatThrownBy(() -> engine.train(request, POWER_CUT_IN_THIRD_EPOCH))
        .hasMessage("power cut");
    assertThat(folder.resolve("site.checkpoint")).exists();
  }

  private Checkpoint checkpoint(String fingerprint) {
    return new Checkpoint(folder.resolve("site.checkpoint"), fingerprint);
  }

  private TrainingRequest request(Optimizer optimizer, Optional<Checkpoint> checkpoint) {
    TrainingSpec training = Digits.training(4, optimizer, Order.SHUFFLE);
    return new TrainingRequest(
        Digits.MLP,
        engine.initialize(Digits.MLP, new Seed(1)),
        Digits.load().train().select(IntStream.range(0, 200).toArray()),
        training,
        new Seed(7),
        checkpoint);
  }
}
