package io.roundhouse.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactPathTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "a/b.c", "a b/größe+&?%20#", "...", "a/..b", "~"})
  void accepts(String path) {
    assertThat(ArtifactPath.check(path)).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "a/../b",
        "./a",
        "a/..",
        "a\\b",
        "a\nb",
        "a\0",
        "a\u0085b",
        "\ud83d"
      })
  void refuses(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArtifactPath.check(path))
        .withMessageContaining("perhaps you should");
  }

  @Test
  void boundsTheBytesAndNotTheCharacters() {
    assertThat(ArtifactPath.check("a".repeat(900))).hasSize(900);
    assertThatIllegalArgumentException().isThrownBy(() -> ArtifactPath.check("ü".repeat(451)));
  }
}
