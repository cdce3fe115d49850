package dev.signalbox.analysis;

import java.util.ArrayList;
import java.util.List;

/**
 * Text as a tree, for a terminal of 80 columns: what is longer goes on in the next line. Built and
 * written by one thread.
 */
final class TextTree {
  private static final int WIDTH = 80;
  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final String key;
  private final String text;
  private final boolean isTitle;
  private final List<TextTree> children = new ArrayList<>();

  private TextTree(String key, String text, boolean isTitle) {
    this.key = key;
    this.text = clean(text);
    this.isTitle = isTitle;
  }

  static TextTree of(String title) {
    return new TextTree("", title, true);
  }

  /** A branch with a title, on which more can grow. */
  TextTree branch(String title) {
    return add(new TextTree("", title, true));
  }

  TextTree leaf(String leaf) {
    return add(new TextTree("", leaf, false));
  }

  /** A leaf of two columns; those of one branch are aligned. */
  TextTree leaf(String name, String value) {
    return add(new TextTree(clean(name), value, false));
  }

  private TextTree add(TextTree child) {
    children.add(child);
    return child;
  }

  String render(boolean colour) {
    var out = new StringBuilder();
    write(out, "", "", 0, colour);
    return out.toString();
  }

  private void write(StringBuilder out, String first, String rest, int keyWidth, boolean colour) {
    var lead = key.isEmpty() ? "" : key + " ".repeat(Math.max(0, keyWidth - key.length())) + "  ";
    var below = children.isEmpty() ? "" : "│  ";
    var lines = wrapped(text, WIDTH - first.length() - lead.length() - below.length());
    for (int i = 0; i < lines.size(); i++) {
      out.append(dim(i == 0 ? first : rest + below, colour));
      out.append(i == 0 ? dim(lead, colour) : " ".repeat(lead.length()));
      out.append(isTitle && colour ? BOLD + lines.get(i) + PLAIN : lines.get(i)).append('\n');
    }
    int widest = children.stream().mapToInt(child -> child.key.length()).max().orElse(0);
    for (int i = 0; i < children.size(); i++) {
      boolean isLast = i == children.size() - 1;
      children
          .get(i)
          .write(
              out,
              rest + (isLast ? "└─ " : "├─ "),
              rest + (isLast ? "   " : "│  "),
              widest,
              colour);
    }
  }

  private static String dim(String text, boolean colour) {
    return colour && !text.isEmpty() ? DIM + text + PLAIN : text;
  }

  private static List<String> wrapped(String text, int width) {
    var lines = new ArrayList<String>();
    var rest = text;
    while (rest.length() > width) {
      int space = rest.lastIndexOf(' ', width);
      if (space <= 0) {
        space = rest.indexOf(' ', width);
      }
      if (space <= 0) {
        break;
      }
      lines.add(rest.substring(0, space));
      rest = rest.substring(space + 1);
    }
    lines.add(rest);
    return lines;
  }

  /** What a request says must not steer a terminal. */
  private static String clean(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .map(
            c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? 0xfffd : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
