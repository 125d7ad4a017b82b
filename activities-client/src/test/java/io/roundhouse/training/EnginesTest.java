package io.roundhouse.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import io.roundhouse.domain.Seed;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.TrainingSpec.Optimizer;
import io.roundhouse.spec.TrainingSpec.Order;
import io.roundhouse.storage.Tensor;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnginesTest {
  @Test
  void findsEnginesByName() {
    assertThat(Engines.named("dl4j")).isInstanceOf(Dl4jEngine.class);
    assertThat(Engines.named("noop")).isInstanceOf(NoopEngine.class);
  }

  @Test
  void namesTheNearestEngine() {
    assertThatThrownBy(() -> Engines.named("dlj4"))
        .isInstanceOf(UnknownEngineException.class)
        .hasMessage(
            "there is no trainer 'dlj4', perhaps you should write dl4j (there are: dl4j, noop)");
  }

  @Test
  void noopChangesOneValueSoThatEveryRoundHasAModelOfItsOwn() {
    TrainingEngine noop = Engines.named("noop");
    List<Tensor> model = noop.initialize(Digits.MLP, new Seed(1));
    TrainingRequest request =
        new TrainingRequest(
            Digits.MLP,
            model,
            Digits.load().train(),
            Digits.training(1, Optimizer.SGD, Order.FILE),
            new Seed(1),
            Optional.empty());
    List<Tensor> trained = noop.train(request, (epoch, batch, loss, samples) -> {}).model();
    List<Float> moves = new ArrayList<>();
    for (int i = 0; i < model.size(); i++) {
      assertThat(trained.get(i).spec()).isEqualTo(model.get(i).spec());
      for (int n = 0; n < model.get(i).values().length; n++) {
        moves.add(trained.get(i).values()[n] - model.get(i).values()[n]);
      }
    }
    assertThat(moves).filteredOn(move -> move != 0).containsExactly(1f);
    assertThatThrownBy(() -> noop.initialize(new ModelSpec.Dl4j("{}"), new Seed(1)))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageContaining("perhaps you should write mlp or lenet");
  }

  @Test
  void noopNeedsNoNativeLibraries() throws Exception {
    try (URLClassLoader withoutDl4j = new URLClassLoader(jarsWithoutDl4j(), platform())) {
      assertThatThrownBy(() -> withoutDl4j.loadClass("org.nd4j.linalg.factory.Nd4j"))
          .isInstanceOf(ClassNotFoundException.class);
      Class<?> engines = withoutDl4j.loadClass(Engines.class.getName());
      Object noop = engines.getMethod("named", String.class).invoke(null, "noop");
      assertThat(requireNonNull(noop).getClass().getClassLoader()).isSameAs(withoutDl4j);
    }
  }

  private static ClassLoader platform() {
    return ClassLoader.getPlatformClassLoader();
  }

  private static URL[] jarsWithoutDl4j() throws MalformedURLException {
    List<URL> jars = new ArrayList<>();
    for (String entry :
        Splitter.on(File.pathSeparatorChar).split(System.getProperty("java.class.path"))) {
      if (!entry.contains("nd4j") && !entry.contains("deeplearning4j")) {
        jars.add(new File(entry).toURI().toURL());
      }
    }
    return jars.toArray(new URL[0]);
  }
}
