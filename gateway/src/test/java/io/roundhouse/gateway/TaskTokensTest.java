package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.SiteName;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskTokensTest {
  private static final SiteName BERLIN = new SiteName("berlin");
  private static final byte[] OLD = new byte[32];
  private static final byte[] NEW = new byte[32];
  private static final TaskClaim CLAIM =
      new TaskClaim(
          ByteString.copyFromUtf8("Temporal's own"),
          "fl/demo/job Train",
          Instant.ofEpochMilli(1_000_000),
          List.of(
              new Grant("GET", "a/b", 12, Optional.of(new Digest("0".repeat(64)))),
              new Grant("PUT", "a/c", 34, Optional.empty())));

  static {
    Arrays.fill(NEW, (byte) 7);
  }

  private final TaskTokens tokens = new TaskTokens(SealingKeys.of(List.of(OLD)));

  @Test
  void opensWhatItSealed() {
    assertThat(tokens.open(BERLIN, tokens.seal(BERLIN, CLAIM))).isEqualTo(CLAIM);
  }

  @Test
  void hidesWhatItHolds() {
    byte[] sealed = tokens.seal(BERLIN, CLAIM);

    assertThat(new String(sealed, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("Temporal")
        .doesNotContain("fl/demo");
    assertThat(tokens.seal(BERLIN, CLAIM)).isNotEqualTo(sealed);
  }

  @Test
  void refusesEveryChangedByte() {
    byte[] sealed = tokens.seal(BERLIN, CLAIM);
    for (int i = 0; i < sealed.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = sealed.clone();
        changed[i] ^= (byte) (1 << bit);
        assertThatThrownBy(() -> tokens.open(BERLIN, changed))
            .as("byte %s, bit %s", i, bit)
            .isInstanceOf(Refusal.class);
      }
    }
  }

  @Test
  void refusesWhatIsCutOffOrAppended() {
    byte[] sealed = tokens.seal(BERLIN, CLAIM);
    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      assertThatThrownBy(() -> tokens.open(BERLIN, cut)).isInstanceOf(Refusal.class);
    }
    assertThatThrownBy(() -> tokens.open(BERLIN, Arrays.copyOf(sealed, sealed.length + 1)))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void refusesThoseOfAnotherSite() {
    assertThatThrownBy(() -> tokens.open(new SiteName("paris"), tokens.seal(BERLIN, CLAIM)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("was not given to this site");
  }

  @Test
  void refusesTemporalsOwn() {
    assertThatThrownBy(() -> tokens.open(BERLIN, CLAIM.token().toByteArray()))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void opensWhatAnEarlierKeyHasSealed() {
    TaskTokens rotated = new TaskTokens(SealingKeys.of(List.of(NEW, OLD)));
    TaskTokens without = new TaskTokens(SealingKeys.of(List.of(NEW)));
    byte[] sealed = tokens.seal(BERLIN, CLAIM);

    assertThat(rotated.open(BERLIN, sealed)).isEqualTo(CLAIM);
    assertThat(without.open(BERLIN, rotated.seal(BERLIN, CLAIM))).isEqualTo(CLAIM);
    assertThatThrownBy(() -> without.open(BERLIN, sealed)).isInstanceOf(Refusal.class);
  }

  @Test
  void grantsOneObjectOneMethodAndUntilTheTasksTimeIsOver() {
    Instant before = CLAIM.until().minusMillis(1);
    Instant after = CLAIM.until().plusMillis(1);

    assertThat(CLAIM.grant("PUT", "a/c", before).bytes()).isEqualTo(34);
    assertThatThrownBy(() -> CLAIM.grant("PUT", "a/b", before)).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> CLAIM.grant("GET", "a/c", before)).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> CLAIM.grant("GET", "a/b/", before)).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> CLAIM.grant("PUT", "a/c", after)).hasMessageContaining("time is over");
  }
}
