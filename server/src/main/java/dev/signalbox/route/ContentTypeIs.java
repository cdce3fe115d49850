package dev.signalbox.route;

import dev.signalbox.config.Shape;
import java.util.List;
import java.util.stream.Collectors;

/** The request's body is of one of these kinds. */
public record ContentTypeIs(List<MediaRange> ranges) implements Match.Detail {
  static final Shape<ContentTypeIs> SHAPE =
      ConditionKeys.some(MediaRange.SHAPE).map(ContentTypeIs::new);

  public ContentTypeIs {
    ranges = List.copyOf(ranges);
  }

  @Override
  public boolean matches(RouteRequest request) {
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.get(i).holdsContentOf(request.head().headers())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String subject() {
    return "content-type";
  }

  @Override
  public String wanted() {
    return ranges.stream().map(MediaRange::toString).collect(Collectors.joining(" or "));
  }

  @Override
  public String actual(RouteRequest request) {
    var said = new Field.Header("content-type").text(request);
    return said == null ? "" : said;
  }

  @Override
  public String toString() {
    return subject() + " " + wanted();
  }
}
