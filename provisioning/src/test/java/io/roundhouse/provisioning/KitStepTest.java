package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.kit.Kit;
import io.roundhouse.kit.KitException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KitStepTest {
  /** A step of somebody else. */
  public static final class Greeting implements KitStep {
    @Override
    public void apply(KitPlan plan, KitDraft draft) {
      draft.file("greeting.txt", "hello " + plan.identity().name() + "\n");
    }
  }

  /** One that comes too late. */
  public static final class Late implements KitStep {
    @Override
    public Phase phase() {
      return Phase.DELIVERY;
    }

    @Override
    public void apply(KitPlan plan, KitDraft draft) {
      draft.file("late.txt", "x");
    }
  }

  /** One that makes what another makes. */
  public static final class Same implements KitStep {
    @Override
    public void apply(KitPlan plan, KitDraft draft) {
      draft.file("start.sh", "x");
    }
  }

  private final Fixture.TestClock clock = new Fixture.TestClock();
  private final Path folder;

  KitStepTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Provisions with a step as if a jar with it were on the class path. */
  private Path provision(Class<? extends KitStep> step) throws IOException {
    Path services = Files.createDirectories(folder.resolve("jar/META-INF/services"));
    Files.writeString(services.resolve(KitStep.class.getName()), step.getName() + "\n", UTF_8);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
            new URLClassLoader(
                new URL[] {folder.resolve("jar").toUri().toURL()},
                KitStepTest.class.getClassLoader());
        Provisioner provisioner = Fixture.provisioner(folder, clock)) {
      thread.setContextClassLoader(loader);
      provisioner.provision(
          FederationFile.parse(Fixture.FEDERATION), new Delivery.Folders(), false);
      return provisioner.workspace().kits(1).resolve("berlin");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void filesOfAnotherStepAreSignedLikeOthers() throws IOException {
    Path kit = provision(Greeting.class);

    assertThat(kit.resolve("greeting.txt")).hasContent("hello berlin\n");
    assertThat(Kit.open(kit, clock).identity().name()).isEqualTo("berlin");
    Files.writeString(kit.resolve("greeting.txt"), "hello paris\n");
    assertThatThrownBy(() -> Kit.open(kit, clock))
        .isInstanceOf(KitException.class)
        .hasMessageContaining("greeting.txt: has been changed");
  }

  @Test
  void nothingCanBeAddedToASignedKit() {
    assertThatThrownBy(() -> provision(Late.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the step that adds 'late.txt' should be of phase CONTENT");
    assertThat(folder.resolve("demo/kits-0001")).doesNotExist();
    assertThat(folder.resolve("demo/.kits-0001.part")).doesNotExist();
  }

  @Test
  void twoStepsMustNotMakeOneFile() {
    assertThatThrownBy(() -> provision(Same.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("two steps make 'start.sh'");
  }
}
