package io.roundhouse.kit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  @Test
  void readsWhatItWrites() {
    byte[] der = new byte[100];
    String text = Pem.write("THING", der) + Pem.write("OTHER", new byte[] {1});

    assertThat(text.lines()).allMatch(line -> line.length() <= 64);
    assertThat(Pem.blocks(text.getBytes(US_ASCII)))
        .extracting(Pem.Block::type)
        .containsExactly("THING", "OTHER");
    assertThat(Pem.blocks(text.replace("\n", "\r\n").getBytes(US_ASCII)).get(0).der())
        .isEqualTo(der);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text",
        "-----BEGIN A-----\nAAAA\n-----END B-----\n",
        "-----BEGIN A-----\nAAA!\n-----END A-----\n",
        "-----BEGIN A-----\nAAAAA\n-----END A-----\n",
        "-----BEGIN A-----\nAAAA\n-----END A-----\nmore",
        "before -----BEGIN A-----\nAAAA\n-----END A-----\n",
        "-----BEGIN A-----\nAAAA"
      })
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> Pem.blocks(text.getBytes(US_ASCII)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesWhatIsTooLarge() {
    assertThatThrownBy(() -> Pem.blocks(new byte[(4 << 20) + 1]))
        .hasMessage("is larger than 4 MiB");
  }

  @Test
  void refusesBlocksOfOtherTypesAndContents() {
    byte[] other = Pem.write("PUBLIC KEY", new byte[] {1}).getBytes(US_ASCII);
    byte[] wrong = Pem.write("CERTIFICATE", new byte[] {1}).getBytes(US_ASCII);

    assertThatThrownBy(() -> Pem.certificates(other)).hasMessageContaining("'PUBLIC KEY'");
    assertThatThrownBy(() -> Pem.privateKey(other)).hasMessageContaining("'PUBLIC KEY'");
    assertThatThrownBy(() -> Pem.certificates(wrong)).hasMessageContaining("no X.509 certificate");
    assertThatThrownBy(
            () -> Pem.privateKey(Pem.write("PRIVATE KEY", new byte[] {1}).getBytes(US_ASCII)))
        .hasMessageContaining("no elliptic-curve key");
  }
}
