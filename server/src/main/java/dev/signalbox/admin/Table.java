package dev.signalbox.admin;

import dev.signalbox.config.Shown;
import java.util.ArrayList;
import java.util.List;

/** Rows under a heading, in columns. Used by one thread. */
final class Table {
  private static final String GAP = "  ";
  private static final String NUMBERS = ">";
  private static final int LEAST = 8; // columns that are left of a text that is too long

  private final List<String> headings = new ArrayList<>();
  private final List<Boolean> areNumbers = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param headings of the columns; {@code >} at the end for a column of numbers
   */
  Table(String... headings) {
    for (var heading : headings) {
      boolean isOfNumbers = heading.endsWith(NUMBERS);
      this.headings.add(isOfNumbers ? heading.substring(0, heading.length() - 1) : heading);
      this.areNumbers.add(isOfNumbers);
    }
  }

  /** Adds a row; cells that are left out are empty. */
  void row(Object... cells) {
    var row = new ArrayList<String>();
    for (var cell : cells) {
      row.add(Shown.clean(cell.toString()));
    }
    while (row.size() < headings.size()) {
      row.add("");
    }
    rows.add(row);
  }

  /** Writes it with an empty line in front; nothing if there is no row. */
  void print(int width, StringBuilder out) {
    if (rows.isEmpty()) {
      return;
    }
    int[] widths = widths(width);
    out.append('\n');
    print(headings, widths, out);
    rows.forEach(row -> print(row, widths, out));
  }

  private int[] widths(int width) {
    var widths = new int[headings.size()];
    int sum = GAP.length() * (headings.size() - 1);
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] =
          Math.max(
              headings.get(i).length(),
              rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0));
      sum += widths[i];
    }
    // What is too long is shortened where most is lost in the middle of: the widest text.
    for (int widest = widest(widths); sum > width && widths[widest] > LEAST; sum--) {
      widths[widest]--;
      widest = widest(widths);
    }
    return widths;
  }

  private int widest(int[] widths) {
    int widest = 0;
    for (int i = 1; i < widths.length; i++) {
      if (!areNumbers.get(i) && widths[i] > widths[widest]) {
        widest = i;
      }
    }
    return widest;
  }

  private void print(List<String> cells, int[] widths, StringBuilder out) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      var cell = shortened(cells.get(i), widths[i]);
      int spaces = widths[i] - length(cell);
      line.append(i == 0 ? "" : GAP);
      if (areNumbers.get(i)) {
        line.repeat(' ', spaces).append(cell);
      } else {
        line.append(cell).repeat(' ', spaces);
      }
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }

  private static String shortened(String text, int width) {
    return length(text) <= width
        ? text
        : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
