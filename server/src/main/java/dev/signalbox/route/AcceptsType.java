package dev.signalbox.route;

import dev.signalbox.config.Shape;
import java.util.List;
import java.util.stream.Collectors;

/** The client accepts at least one of these types. */
public record AcceptsType(List<MediaRange> types) implements Match.Detail {
  static final Shape<AcceptsType> SHAPE =
      ConditionKeys.some(MediaRange.TYPE_SHAPE).map(AcceptsType::new);

  public AcceptsType {
    types = List.copyOf(types);
  }

  @Override
  public boolean matches(RouteRequest request) {
    for (int i = 0; i < types.size(); i++) {
      if (types.get(i).isAccepted(request.head().headers())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String subject() {
    return "accept";
  }

  @Override
  public String wanted() {
    return types.stream().map(MediaRange::toString).collect(Collectors.joining(" or "));
  }

  @Override
  public String actual(RouteRequest request) {
    var said = new Field.Header("accept").text(request);
    return said == null ? "" : said;
  }

  @Override
  public String toString() {
    return subject() + " " + wanted();
  }
}
