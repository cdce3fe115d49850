package dev.signalbox.route;

import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The device is of one of these classes. */
public record DeviceIs(Set<DeviceClass> classes) implements Match.Detail {
  static final Shape<DeviceIs> SHAPE =
      ConditionKeys.some(Shapes.choice(DeviceClass.values()))
          .map(list -> new DeviceIs(Set.copyOf(list)));

  public DeviceIs {
    classes = Set.copyOf(classes);
  }

  @Override
  public boolean matches(RouteRequest request) {
    return classes.contains(DeviceClass.of(request.head().headers()));
  }

  @Override
  public String subject() {
    return "device";
  }

  @Override
  public String wanted() {
    return EnumSet.allOf(DeviceClass.class).stream()
        .filter(classes::contains)
        .map(DeviceIs::word)
        .collect(Collectors.joining(" or "));
  }

  @Override
  public String actual(RouteRequest request) {
    return word(DeviceClass.of(request.head().headers()));
  }

  private static String word(DeviceClass device) {
    return device.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return subject() + " " + wanted();
  }
}
