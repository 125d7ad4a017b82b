package io.roundhouse.policy;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import io.roundhouse.spec.Section;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a site begins tasks. One that has begun goes on.
 *
 * @param zone whose clock is meant
 * @param spans the times of a week
 */
public record OpeningHours(ZoneId zone, List<Span> spans) {
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final Pattern KEY = Pattern.compile("([a-z]{3})(?:-([a-z]{3}))?");
  private static final Pattern TIMES = Pattern.compile("(\\d\\d:\\d\\d)\\s*-\\s*(\\d\\d:\\d\\d)");
  private static final String ALL_DAY = "all day";
  private static final String ZONE = "zone";

  /**
   * A time of a day.
   *
   * @param day on which it begins
   * @param from its first minute
   * @param to the minute after its last one, on the next day if that is not after {@code from}
   */
  public record Span(DayOfWeek day, LocalTime from, LocalTime to) {
    public Span {
      requireNonNull(day, "day is null");
      requireNonNull(from, "from is null");
      requireNonNull(to, "to is null");
    }

    private ZonedDateTime start(LocalDate date, ZoneId zone) {
      return ZonedDateTime.of(date, from, zone);
    }

    private ZonedDateTime end(LocalDate date, ZoneId zone) {
      return ZonedDateTime.of(to.isAfter(from) ? date : date.plusDays(1), to, zone);
    }
  }

  public OpeningHours {
    requireNonNull(zone, "zone is null");
    spans = List.copyOf(spans);
  }

  /** Day and night. */
  public static OpeningHours always() {
    List<Span> week = new ArrayList<>();
    for (DayOfWeek day : DayOfWeek.values()) {
      week.add(new Span(day, LocalTime.MIDNIGHT, LocalTime.MIDNIGHT));
    }
    return new OpeningHours(ZoneId.of("UTC"), week);
  }

  /** Whether tasks may begin. */
  public boolean isOpen(Instant now) {
    LocalDate today = now.atZone(zone).toLocalDate();
    for (LocalDate date : List.of(today.minusDays(1), today)) {
      for (Span span : spans) {
        if (span.day() == date.getDayOfWeek()
            && !span.start(date, zone).toInstant().isAfter(now)
            && span.end(date, zone).toInstant().isAfter(now)) {
          return true;
        }
      }
    }
    return false;
  }

  /** When the next time begins that is not over yet; now, if the site is open. */
  public ZonedDateTime opensAt(Instant now) {
    ZonedDateTime here = now.atZone(zone);
    if (isOpen(now)) {
      return here;
    }
    Optional<ZonedDateTime> next = Optional.empty();
    for (int days = 0; days <= 7; days++) {
      LocalDate date = here.toLocalDate().plusDays(days);
      for (Span span : spans) {
        ZonedDateTime start = span.start(date, zone);
        if (span.day() == date.getDayOfWeek()
            && start.toInstant().isAfter(now)
            && next.filter(found -> !start.isBefore(found)).isEmpty()) {
          next = Optional.of(start);
        }
      }
    }
    return next.orElseThrow(() -> new IllegalStateException("it never opens"));
  }

  /** Reads a section; one without days stands for day and night. */
  static OpeningHours read(Section hours) {
    ZoneId zone = zone(hours);
    List<Span> spans = new ArrayList<>();
    for (String key : hours.keys()) {
      if (key.equals(ZONE)) {
        continue;
      }
      String times = hours.text(key).strip();
      List<DayOfWeek> days = days(key);
      if (days.isEmpty()) {
        hours.problem(
            key,
            "must be a day such as mon, or days such as mon-fri; there are " + Text.choices(DAYS));
      }
      for (String part : times.split(",", -1)) {
        Optional<LocalTime[]> span = span(part.strip());
        if (span.isEmpty()) {
          hours.problem(
              key,
              "must be times such as 22:00-06:00 or 08:00-12:00, 13:00-17:00, or all day, not "
                  + Text.quote(times));
          break;
        }
        days.forEach(day -> spans.add(new Span(day, span.get()[0], span.get()[1])));
      }
    }
    return spans.isEmpty() ? always() : new OpeningHours(zone, spans);
  }

  private static ZoneId zone(Section hours) {
    Optional<String> name = hours.optionalText(ZONE);
    try {
      return name.map(ZoneId::of).orElseGet(ZoneId::systemDefault);
    } catch (DateTimeException e) {
      hours.problem(
          ZONE, "must be a time zone such as Europe/Berlin, not " + Text.quote(name.orElse("")));
      return ZoneId.of("UTC");
    }
  }

  private static List<DayOfWeek> days(String key) {
    Matcher range = KEY.matcher(key.toLowerCase(Locale.ROOT));
    if (!range.matches() || !DAYS.contains(range.group(1))) {
      return List.of();
    }
    int first = DAYS.indexOf(range.group(1));
    int last = range.group(2) == null ? first : DAYS.indexOf(range.group(2));
    if (last < 0) {
      return List.of();
    }
    List<DayOfWeek> days = new ArrayList<>();
    for (int day = first; ; day = (day + 1) % 7) {
      days.add(DayOfWeek.of(day + 1));
      if (day == last) {
        return days;
      }
    }
  }

  private static Optional<LocalTime[]> span(String text) {
    if (text.equals(ALL_DAY)) {
      return Optional.of(new LocalTime[] {LocalTime.MIDNIGHT, LocalTime.MIDNIGHT});
    }
    Matcher times = TIMES.matcher(text);
    try {
      return times.matches() ? Optional.of(times(times)) : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static LocalTime[] times(Matcher times) {
    return new LocalTime[] {time(times.group(1)), time(times.group(2))};
  }

  private static LocalTime time(String text) {
    return text.equals("24:00") ? LocalTime.MIDNIGHT : LocalTime.parse(text);
  }
}
