package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NewcomerQuotaTest {
  private long now;
  private final NewcomerQuota quota = new NewcomerQuota(() -> now);

  private static InetAddress address(int number) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >> 8), (byte) number});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private int asks(InetAddress from) {
    int allowed = 0;
    try {
      while (true) {
        quota.ask(from);
        allowed++;
      }
    } catch (Refusal e) {
      assertThat(e.reason()).isEqualTo(Refusal.Reason.TOO_MUCH);
      return allowed;
    }
  }

  @Test
  void boundsTheConnectionsOfAll() {
    for (int i = 0; i < NewcomerQuota.CONNECTIONS; i++) {
      quota.enter(address(i));
    }
    assertThatThrownBy(() -> quota.enter(address(1000)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("32 connections without a certificate are open");

    quota.leave(address(3));

    assertThatCode(() -> quota.enter(address(1000))).doesNotThrowAnyException();
  }

  @Test
  void boundsTheConnectionsOfOneAddress() {
    for (int i = 0; i < NewcomerQuota.CONNECTIONS_OF_ONE; i++) {
      quota.enter(address(1));
    }
    assertThatThrownBy(() -> quota.enter(address(1))).isInstanceOf(Refusal.class);
    assertThatCode(() -> quota.enter(address(2))).doesNotThrowAnyException();
  }

  @Test
  void oneWhoAsksTooOftenLeavesRoomForOthers() {
    assertThat(asks(address(1))).isEqualTo(NewcomerQuota.BURST_OF_ONE);
    for (int i = 0; i < 100; i++) {
      assertThat(asks(address(1))).isZero();
    }
    assertThat(asks(address(2))).isEqualTo(NewcomerQuota.BURST - NewcomerQuota.BURST_OF_ONE);

    now += TimeUnit.SECONDS.toNanos(1);

    assertThat(asks(address(1))).isEqualTo(2);
    assertThat(asks(address(3))).isEqualTo(3);
  }

  @Test
  void addressesOfOneNetworkAreOne() throws UnknownHostException {
    assertThat(asks(InetAddress.getByName("2001:db8::1"))).isEqualTo(NewcomerQuota.BURST_OF_ONE);
    assertThat(asks(InetAddress.getByName("2001:db8::2"))).isZero();
    assertThat(asks(InetAddress.getByName("2001:db8:0:1::1"))).isPositive();
  }

  @Test
  void addressesAreForgottenWhenThatMakesNoDifference() {
    for (int i = 0; i < 2000; i++) {
      InetAddress from = address(i);
      quota.enter(from);
      quota.leave(from);
    }
    assertThat(asks(address(5))).isEqualTo(NewcomerQuota.BURST_OF_ONE);
  }
}
