package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Nearest;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When: on some days of the week, between two times of day as the clocks of one place show them,
 * and between two instants. Immutable.
 *
 * <p>It follows the clock on the wall. Where clocks go forward, a time that they skip comes with
 * the next that they show; where they go back, the repeated hour belongs to the window both times.
 * A window over midnight belongs to the day on which it begins.
 *
 * @param days empty for every day
 * @param from in seconds since midnight; from this second on
 * @param to in seconds since midnight, up to 24:00; before this second. Smaller than {@code from}
 *     where the window goes over midnight
 * @param after in seconds since 1970 UTC; from this second on
 * @param before in seconds since 1970 UTC; before this second
 */
public record TimeWindow(
    Set<DayOfWeek> days, int from, int to, ZoneId zone, long after, long before) {
  private static final int DAY = 24 * 60 * 60;
  private static final long DAYS_BEFORE_A_THURSDAY = 3; // 1970-01-01 was one, Monday is 0
  private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-4]):([0-5][0-9])");
  private static final List<DayOfWeek> WEEK = List.of(DayOfWeek.values());

  private static final Shape<Integer> TIME_SHAPE =
      Shapes.value(
          "time-of-day", "^([01][0-9]|2[0-4]):[0-5][0-9]$", List.of("08:00"), TimeWindow::time);
  private static final Shape<ZoneId> ZONE_SHAPE =
      Shapes.value(
          "time-zone", "^[A-Za-z0-9/_+-]+$", List.of("Europe/Berlin", "UTC"), TimeWindow::zone);
  private static final Shape<Moment> MOMENT_SHAPE =
      Shapes.value(
          "date-time",
          "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?$",
          List.of("2027-01-01T00:00:00Z", "2027-01-01T08:00", "2027-01-01"),
          Moment::parse);

  static final Shape<TimeWindow> SHAPE =
      ObjectShape.of(
          "When: on these days, between these times of day, between these instants.",
          keys -> {
            var days =
                keys.optional(
                    "days",
                    Shapes.oneOrMore(Shapes.choice(WEEK, TimeWindow::word)),
                    "[]",
                    "Days of the week; left out, every day. A window over midnight belongs to the"
                        + " day on which it begins.");
            var from =
                keys.optional(
                    "from", TIME_SHAPE, "\"00:00\"", "The time of day at which it begins.");
            var to =
                keys.optional(
                    "to",
                    TIME_SHAPE,
                    "\"24:00\"",
                    "The time of day at which it has ended. Earlier than \"from\", it is that of"
                        + " the next day.");
            var zone =
                keys.optional(
                    "zone",
                    ZONE_SHAPE,
                    "UTC",
                    "The time zone whose clocks are meant, summer time included.");
            var after = keys.optional("after", MOMENT_SHAPE, "Not before this instant.");
            var before =
                keys.optional("before", MOMENT_SHAPE, "Only before this instant, not at it.");
            return values -> {
              int first = values.get(from);
              int last = values.get(to);
              if (first == last) {
                values.report(to, time(last) + " is also \"from\"", "another time");
                return null;
              }
              if (first == DAY) {
                values.report(from, "24:00 is the end of a day", "\"00:00\"");
                return null;
              }
              var begin = values.find(after);
              var end = values.find(before);
              long earliest = begin == null ? Long.MIN_VALUE : begin.in(values.get(zone));
              long latest = end == null ? Long.MAX_VALUE : end.in(values.get(zone));
              if (earliest >= latest) {
                values.report(before, "not later than \"after\"", "a later instant");
                return null;
              }
              return new TimeWindow(
                  Set.copyOf(values.get(days)), first, last, values.get(zone), earliest, latest);
            };
          });

  public TimeWindow {
    days = days.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(days));
    if (from < 0 || from >= DAY || to < 0 || to > DAY || from == to || after >= before) {
      throw new IllegalArgumentException("time window: " + from + " to " + to);
    }
  }

  boolean contains(long epochSeconds) {
    if (epochSeconds < after || epochSeconds >= before) {
      return false;
    }
    if (days.isEmpty() && from == 0 && to == DAY) {
      return true;
    }
    int offset = zone.getRules().getOffset(Instant.ofEpochSecond(epochSeconds)).getTotalSeconds();
    long local = epochSeconds + offset;
    int second = (int) Math.floorMod(local, (long) DAY);
    long today = Math.floorDiv(local, (long) DAY);
    if (from < to) {
      return second >= from && second < to && isOn(today);
    }
    return (second >= from && isOn(today)) || (second < to && isOn(today - 1));
  }

  private boolean isOn(long epochDay) {
    return days.isEmpty()
        || days.contains(WEEK.get((int) Math.floorMod(epochDay + DAYS_BEFORE_A_THURSDAY, 7L)));
  }

  /** An instant as the clocks of the zone show it, with its day of the week. */
  String shown(Instant instant) {
    var local = instant.atZone(zone).truncatedTo(ChronoUnit.SECONDS);
    return word(local.getDayOfWeek()) + " " + local;
  }

  @Override
  public String toString() {
    var parts = new ArrayList<String>();
    if (!days.isEmpty()) {
      parts.add(
          WEEK.stream()
              .filter(days::contains)
              .map(TimeWindow::word)
              .collect(Collectors.joining(", ")));
    }
    if (from != 0 || to != DAY) {
      parts.add(time(from) + " to " + time(to));
    }
    if (!parts.isEmpty()) {
      parts.add(zone.getId());
    }
    if (after != Long.MIN_VALUE) {
      parts.add("after " + Instant.ofEpochSecond(after));
    }
    if (before != Long.MAX_VALUE) {
      parts.add("before " + Instant.ofEpochSecond(before));
    }
    return parts.isEmpty() ? "any" : String.join(" ", parts);
  }

  private static String word(DayOfWeek day) {
    return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
  }

  private static String time(int seconds) {
    return String.format(Locale.ROOT, "%02d:%02d", seconds / 3600, seconds / 60 % 60);
  }

  private static int time(String text) {
    var parts = TIME.matcher(text);
    if (!parts.matches()) {
      var hours = text.matches("[0-9]{1,2}") ? text + ":00" : text;
      var full = hours.indexOf(':') == 1 ? "0" + hours : hours;
      throw new InvalidValue(
          text,
          "is no time of day",
          TIME.matcher(full).matches() ? '"' + full + '"' : "00:00 to 24:00");
    }
    int seconds = Integer.parseInt(parts.group(1)) * 3600 + Integer.parseInt(parts.group(2)) * 60;
    if (seconds > DAY) {
      throw new InvalidValue(text, "is no time of day", "00:00 to 24:00");
    }
    return seconds;
  }

  private static ZoneId zone(String text) {
    var known = ZoneId.getAvailableZoneIds();
    if (!known.contains(text)) {
      // Offsets and SystemV names would be read, too, but know nothing of summer time.
      var byCity =
          known.stream()
              .filter(id -> id.substring(id.lastIndexOf('/') + 1).equalsIgnoreCase(text))
              .sorted()
              .findFirst()
              .orElse(null);
      @Nullable String nearest = byCity == null ? Nearest.to(text, known) : byCity;
      throw new InvalidValue(
          text,
          "is no time zone",
          nearest == null ? "like Europe/Berlin, America/New_York or UTC" : nearest);
    }
    return ZoneId.of(text);
  }

  /** A point in time; without an offset of its own it is one on the clocks of the zone. */
  private record Moment(LocalDateTime local, @Nullable Instant instant) {
    private static final DateTimeFormatter DAY_ONLY = DateTimeFormatter.ISO_LOCAL_DATE;

    static Moment parse(String text) {
      try {
        if (text.indexOf('T') < 0) {
          return new Moment(java.time.LocalDate.parse(text, DAY_ONLY).atStartOfDay(), null);
        }
        var parsed =
            DateTimeFormatter.ISO_DATE_TIME.parseBest(
                text, OffsetDateTime::from, LocalDateTime::from);
        return parsed instanceof OffsetDateTime offset
            ? new Moment(offset.toLocalDateTime(), offset.toInstant())
            : new Moment(LocalDateTime.from(parsed), null);
      } catch (DateTimeParseException e) {
        throw new InvalidValue(
            text, "is no date and time", "like 2027-01-01T08:00 or 2027-01-01T08:00:00Z");
      } catch (DateTimeException e) {
        throw new InvalidValue(text, "is out of range", "like 2027-01-01T08:00");
      }
    }

    long in(ZoneId zone) {
      return instant != null ? instant.getEpochSecond() : local.atZone(zone).toEpochSecond();
    }
  }
}
