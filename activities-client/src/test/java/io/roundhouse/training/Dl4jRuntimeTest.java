package io.roundhouse.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class Dl4jRuntimeTest {
  /** What a machine does whose native libraries are not there. */
  static final class OnAnotherMachine {
    private OnAnotherMachine() {}

    public static void main(String[] arguments) {
      TrainingEngine engine = Engines.named("dl4j");
      for (int attempt = 1; attempt <= 2; attempt++) {
        try {
          engine.requireFit(Digits.MLP, Digits.load().train());
          System.out.println("fits");
        } catch (EngineUnavailableException e) {
          System.out.println("unavailable: " + e.getMessage());
        }
      }
    }
  }

  @Test
  void saysEachTimeWhichLibrariesAreNotThere() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.bytedeco.javacpp.platform=linux-nowhere",
                "-cp",
                System.getProperty("java.class.path"),
                OnAnotherMachine.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();

    assertThat(said.lines().filter(line -> line.startsWith("unavailable: ")))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "trainer dl4j for linux-nowhere",
                        "jniopenblas",
                        "`roundhouse dist linux-nowhere`"));
  }

  @Test
  void namesALibraryOfTheSystemThatIsMissing() {
    UnsatisfiedLinkError missing =
        new UnsatisfiedLinkError(
            "/cache/libjnind4jcpu.so: libgomp.so.1: cannot open shared object file: No such file");

    assertThat(Dl4jRuntime.problem(new ExceptionInInitializerError(missing), "linux-arm64"))
        .endsWith("perhaps you should install what has libgomp.so.1 (in Debian: libgomp1)");
  }
}
