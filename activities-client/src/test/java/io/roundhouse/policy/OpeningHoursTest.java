package io.roundhouse.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpeningHoursTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final OpeningHours NIGHTS =
      hours("zone: Europe/Berlin, mon-thu: 22:00-06:00, sat-sun: all day");

  /** 2026-11-23 is a Monday. */
  @ParameterizedTest
  @CsvSource({
    "2026-11-23T05:59, false, 2026-11-23T22:00",
    "2026-11-23T22:00, true, 2026-11-23T22:00",
    "2026-11-24T05:59, true, 2026-11-24T05:59",
    "2026-11-24T06:00, false, 2026-11-24T22:00",
    "2026-11-27T05:00, true, 2026-11-27T05:00",
    "2026-11-27T22:30, false, 2026-11-28T00:00",
    "2026-11-28T12:00, true, 2026-11-28T12:00",
    "2026-11-29T23:59, true, 2026-11-29T23:59",
    "2026-11-30T00:00, false, 2026-11-30T22:00",
  })
  void knowsWhenItIsOpen(LocalDateTime now, boolean open, LocalDateTime opens) {
    Instant instant = now.atZone(BERLIN).toInstant();
    assertThat(NIGHTS.isOpen(instant)).isEqualTo(open);
    assertThat(NIGHTS.opensAt(instant)).isEqualTo(opens.atZone(BERLIN));
  }

  @Test
  void readsSeveralTimesOfADayAndDaysAcrossTheWeekend() {
    OpeningHours hours = hours("zone: UTC, 'sat-mon': '08:00-12:00, 13:00-24:00'");
    assertThat(hours.isOpen(Instant.parse("2026-11-23T08:00:00Z"))).isTrue();
    assertThat(hours.isOpen(Instant.parse("2026-11-23T12:30:00Z"))).isFalse();
    assertThat(hours.isOpen(Instant.parse("2026-11-23T23:59:59Z"))).isTrue();
    assertThat(hours.isOpen(Instant.parse("2026-11-24T00:00:00Z"))).isFalse();
    assertThat(hours.isOpen(Instant.parse("2026-11-29T13:00:00Z"))).isTrue();
  }

  /**
   * On 2026-03-29 the clocks of Berlin go from 02:00 to 03:00, on 2026-10-25 from 03:00 to 02:00.
   */
  @Test
  void followsTheClocksOfItsZone() {
    OpeningHours hours = hours("zone: Europe/Berlin, sun: 01:00-04:00");
    assertThat(hours.isOpen(Instant.parse("2026-03-29T00:00:00Z"))).isTrue();
    assertThat(hours.isOpen(Instant.parse("2026-03-29T01:59:00Z"))).isTrue();
    assertThat(hours.isOpen(Instant.parse("2026-03-29T02:00:00Z"))).isFalse();
    assertThat(hours.isOpen(Instant.parse("2026-10-24T23:00:00Z"))).isTrue();
    assertThat(hours.isOpen(Instant.parse("2026-10-25T02:59:00Z"))).isTrue();
    assertThat(hours.isOpen(Instant.parse("2026-10-25T03:00:00Z"))).isFalse();
  }

  @Test
  void isAlwaysOpenWithoutDays() {
    Instant any = Instant.parse("2026-11-23T12:00:00Z");
    assertThat(OpeningHours.always().isOpen(any)).isTrue();
    assertThat(hours("zone: Europe/Berlin").isOpen(any)).isTrue();
    assertThat(hours("mon: 12:00-12:00, tue: 06:00-07:00").isOpen(any.plusSeconds(7200))).isTrue();
  }

  private static OpeningHours hours(String keys) {
    return SitePolicyTest.read("hours: {" + keys + "}").hours();
  }
}
