package dev.signalbox.config;

/**
 * Where something stands in a configuration file. Lines and columns count from 1, columns in
 * characters as an editor shows them.
 *
 * @param line 0 for the file as a whole
 * @param width how many characters wide it is, at least 1
 */
public record Position(String file, int line, int column, int width) {
  /** The file as a whole. */
  static Position ofFile(String file) {
    return new Position(file, 0, 0, 1);
  }

  /** A part of this one: the same line, further right. */
  Position part(int offset, int partWidth) {
    return new Position(file, line, column + offset, Math.max(1, partWidth));
  }

  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
