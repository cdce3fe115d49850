package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeWindowTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final int HOUR = 3600;

  private static TimeWindow window(Set<DayOfWeek> days, int from, int to) {
    return new TimeWindow(days, from, to, BERLIN, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private static boolean isIn(TimeWindow window, String instant) {
    return window.contains(Instant.parse(instant).getEpochSecond());
  }

  @ParameterizedTest
  @CsvSource({
    "2027-01-04T06:59:59Z, false", // Monday, 07:59:59 in Berlin
    "2027-01-04T07:00:00Z, true",
    "2027-01-04T16:59:59Z, true",
    "2027-01-04T17:00:00Z, false",
    "2027-01-03T12:00:00Z, false", // Sunday
    "2027-07-05T06:00:00Z, true", // the same hours in summer, Monday
    "2027-07-05T16:00:00Z, false",
  })
  void theWindowFollowsTheClocksOfItsZone(String instant, boolean isIn) {
    var workdays =
        Set.of(
            DayOfWeek.MONDAY,
            DayOfWeek.TUESDAY,
            DayOfWeek.WEDNESDAY,
            DayOfWeek.THURSDAY,
            DayOfWeek.FRIDAY);
    assertThat(isIn(window(workdays, 8 * HOUR, 18 * HOUR), instant)).isEqualTo(isIn);
  }

  @ParameterizedTest
  @CsvSource({
    "2027-01-08T20:59:59Z, false", // Friday 21:59:59
    "2027-01-08T21:00:00Z, true", // Friday 22:00
    "2027-01-09T04:59:59Z, true", // Saturday 05:59:59
    "2027-01-09T05:00:00Z, false", // Saturday 06:00
    "2027-01-08T02:00:00Z, false", // Friday 03:00 belongs to Thursday's night
    "2027-01-09T22:00:00Z, false", // Saturday 23:00 begins no Friday's night
  })
  void aWindowOverMidnightBelongsToTheDayOnWhichItBegins(String instant, boolean isIn) {
    assertThat(isIn(window(Set.of(DayOfWeek.FRIDAY), 22 * HOUR, 6 * HOUR), instant))
        .isEqualTo(isIn);
  }

  @Test
  void aTimeThatClocksSkipComesWithTheNextTheyShow() {
    // 2027-03-28 01:00Z: in Berlin 01:59:59 is followed by 03:00.
    var night = window(Set.of(), 2 * HOUR + 30 * 60, 4 * HOUR);
    assertThat(isIn(night, "2027-03-28T00:59:59Z")).isFalse();
    assertThat(isIn(night, "2027-03-28T01:00:00Z")).isTrue();
    assertThat(isIn(night, "2027-03-28T01:59:59Z")).isTrue();
    assertThat(isIn(night, "2027-03-28T02:00:00Z")).isFalse();
  }

  @Test
  void aWindowThatClocksSkipIsEmptyThatDay() {
    var skipped = window(Set.of(), 2 * HOUR + 10 * 60, 2 * HOUR + 50 * 60);
    for (int minute = 0; minute < 24 * 60; minute++) {
      long at = Instant.parse("2027-03-27T23:00:00Z").getEpochSecond() + minute * 60L;
      if (at < Instant.parse("2027-03-28T22:00:00Z").getEpochSecond()) {
        assertThat(skipped.contains(at)).isFalse();
      }
    }
  }

  @Test
  void anHourThatIsRepeatedBelongsToTheWindowBothTimes() {
    // 2027-10-31 01:00Z: in Berlin 02:59:59 is followed by 02:00.
    var night = window(Set.of(), 2 * HOUR, 2 * HOUR + 30 * 60);
    assertThat(isIn(night, "2027-10-31T00:15:00Z")).isTrue();
    assertThat(isIn(night, "2027-10-31T00:45:00Z")).isFalse();
    assertThat(isIn(night, "2027-10-31T01:15:00Z")).isTrue();
    assertThat(isIn(night, "2027-10-31T01:45:00Z")).isFalse();
  }

  @Test
  void instantsBoundItWhateverTheClocksShow() {
    long after = Instant.parse("2027-01-01T00:00:00Z").getEpochSecond();
    var window = new TimeWindow(Set.of(), 0, 24 * HOUR, BERLIN, after, after + 60);
    assertThat(window.contains(after - 1)).isFalse();
    assertThat(window.contains(after)).isTrue();
    assertThat(window.contains(after + 59)).isTrue();
    assertThat(window.contains(after + 60)).isFalse();
  }

  @Test
  void itAgreesWithTheCalendarAtAnyInstant() {
    var random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      int from = random.nextInt(24 * 60) * 60;
      int to = random.nextInt(24 * 60 + 1) * 60;
      if (from == to) {
        continue;
      }
      var day = DayOfWeek.of(1 + random.nextInt(7));
      long at = random.nextLong(-2_000_000_000L, 4_000_000_000L);
      var local = LocalDateTime.ofInstant(Instant.ofEpochSecond(at), BERLIN);
      int second = local.toLocalTime().toSecondOfDay();
      boolean isFirstDay = local.getDayOfWeek() == day;
      boolean isDayAfter = local.getDayOfWeek() == day.plus(1);
      boolean expected =
          from < to
              ? isFirstDay && second >= from && second < to
              : isFirstDay && second >= from || isDayAfter && second < to;
      assertThat(window(Set.of(day), from, to).contains(at)).isEqualTo(expected);
    }
  }

  @Test
  void itIsShownAsItIsWritten() {
    assertThat(window(Set.of(DayOfWeek.FRIDAY, DayOfWeek.MONDAY), 8 * HOUR, 24 * HOUR))
        .hasToString("mon, fri 08:00 to 24:00 Europe/Berlin");
    assertThat(new TimeWindow(Set.of(), 0, 24 * HOUR, ZoneOffset.UTC, 0, 60))
        .hasToString("after 1970-01-01T00:00:00Z before 1970-01-01T00:01:00Z");
    assertThat(new TimeIn(window(Set.of(), 60, 120)).actual(Asked.with()))
        .isEqualTo("thu 1970-01-01T01:00+01:00[Europe/Berlin]");
  }

  @Test
  void aWindowWithoutLengthIsNone() {
    assertThatThrownBy(() -> window(Set.of(), HOUR, HOUR))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
