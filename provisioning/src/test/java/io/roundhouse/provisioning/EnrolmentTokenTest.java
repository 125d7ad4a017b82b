package io.roundhouse.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Role;
import io.roundhouse.kit.Address;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnrolmentTokenTest {
  private static final byte[] KEY = new byte[32];
  private static final EnrolmentToken TOKEN =
      EnrolmentToken.issue(
          KEY,
          "0123456789abcdef",
          new Identity("demo", Identity.Kind.OPERATOR, "eve", "lab", Optional.of(Role.LEAD)),
          List.of(new Address("10.0.0.1", 8443), new Address("::1", 1)),
          new Digest("ab".repeat(32)),
          Fixture.NOW);

  @Test
  void isReadAsItWasWritten() {
    EnrolmentToken read = EnrolmentToken.parse(TOKEN.text());

    assertThat(read).isEqualTo(TOKEN);
    assertThat(read.isGenuine(KEY)).isTrue();
    assertThat(read.proof()).isEqualTo(TOKEN.proof());
    assertThat(TOKEN.text()).matches("rh1\\.[A-Za-z0-9_-]+").hasSizeLessThan(250);
    assertThat(TOKEN.toString()).doesNotContain(TOKEN.secret());
  }

  @Test
  void mayBeBrokenIntoLines() {
    String text = TOKEN.text();
    assertThat(EnrolmentToken.parse(" " + text.substring(0, 70) + "\n  " + text.substring(70)))
        .isEqualTo(TOKEN);
  }

  @Test
  void isOnlyGenuineForItsFederation() {
    byte[] other = KEY.clone();
    other[31] = 1;
    assertThat(TOKEN.isGenuine(other)).isFalse();
    EnrolmentToken longer =
        new EnrolmentToken(
            TOKEN.id(),
            TOKEN.identity(),
            TOKEN.servers(),
            TOKEN.root(),
            TOKEN.expires().plusSeconds(1),
            TOKEN.secret());
    assertThat(EnrolmentToken.parse(longer.text()).isGenuine(KEY)).isFalse();
  }

  @Test
  void noticesThatItWasNotCopiedWhole() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String text = TOKEN.text();
    for (int trial = 0; trial < 200; trial++) {
      StringBuilder changed = new StringBuilder(text);
      int at = 4 + random.nextInt(text.length() - 5);
      changed.setCharAt(at, changed.charAt(at) == 'A' ? 'B' : 'A');
      assertThatThrownBy(() -> EnrolmentToken.parse(changed.toString()))
          .as("seed %d, character %d", seed, at)
          .isInstanceOf(ProvisioningException.class)
          .hasMessageContaining("damaged, perhaps you should copy it again");
    }
    for (int length = 0; length < text.length(); length++) {
      String part = text.substring(0, length);
      assertThatThrownBy(() -> EnrolmentToken.parse(part))
          .as("%d characters", length)
          .isInstanceOf(ProvisioningException.class);
    }
    assertThatThrownBy(() -> EnrolmentToken.parse("rh1." + "A".repeat(10_000)))
        .isInstanceOf(ProvisioningException.class);
  }
}
