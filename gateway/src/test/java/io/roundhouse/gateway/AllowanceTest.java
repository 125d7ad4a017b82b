package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AllowanceTest {
  private static final Limits LIMITS = new Limits(10, 2, 10, 3, 4, 2, 10, 1000, 1000, 10);

  private final AtomicLong clock = new AtomicLong();
  private final Allowance allowance = new Allowance(LIMITS, clock::get);

  @Test
  void boundsWhatHappensAtOnce() {
    allowance.beginPoll();
    allowance.beginPoll();
    allowance.beginPoll();
    assertThatThrownBy(allowance::beginPoll).hasMessageContaining("3 polls are waiting");
    allowance.endPoll();
    allowance.beginPoll();

    allowance.beginTransfer();
    allowance.beginTransfer();
    assertThatThrownBy(allowance::beginTransfer).isInstanceOf(Refusal.class);

    assertThat(allowance.connect()).isTrue();
    assertThat(allowance.connect()).isTrue();
    assertThat(allowance.connect()).isFalse();
  }

  @Test
  void boundsCallsInASecond() {
    int done = 0;
    while (mayCall()) {
      done++;
    }
    assertThat(done).isEqualTo(50);

    clock.addAndGet(Duration.ofSeconds(1).toNanos());

    done = 0;
    while (mayCall()) {
      done++;
    }
    assertThat(done).isEqualTo(10);
  }

  @Test
  void isForgottenOnlyWhenThatMakesNoDifference() {
    allowance.connect();
    assertThat(mayCall()).isTrue();
    allowance.disconnect();
    assertThat(allowance.isUnused()).isFalse();

    clock.addAndGet(Duration.ofSeconds(5).toNanos());

    assertThat(allowance.isUnused()).isTrue();
  }

  private boolean mayCall() {
    try {
      allowance.beginCall();
      allowance.endCall();
      return true;
    } catch (Refusal e) {
      return false;
    }
  }
}
