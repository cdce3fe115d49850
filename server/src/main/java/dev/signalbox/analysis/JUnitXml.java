package dev.signalbox.analysis;

import java.util.LinkedHashMap;
import java.util.Map;

/** Test runs as JUnit's XML, which every CI server reads. Pure. */
public final class JUnitXml {
  private JUnitXml() {}

  /**
   * One document.
   *
   * @param runs by the files that were tested
   */
  public static String of(Map<String, TestRun> runs) {
    var all = new LinkedHashMap<>(runs);
    int tests = all.values().stream().mapToInt(run -> run.results().size()).sum();
    long failed = all.values().stream().mapToLong(TestRun::failed).sum();
    var out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.append("<testsuites name=\"signalbox test\" tests=\"").append(tests);
    out.append("\" failures=\"").append(failed).append("\">\n");
    all.forEach((file, run) -> {
      out.append("  <testsuite name=\"").append(escaped(file));
      out.append("\" tests=\"").append(run.results().size());
      out.append("\" failures=\"").append(run.failed());
      out.append("\" errors=\"0\" skipped=\"0\">\n");
      run.results().forEach(result -> write(result, file, out));
      out.append("  </testsuite>\n");
    });
    return out.append("</testsuites>\n").toString();
  }

  private static void write(TestRun.Result result, String file, StringBuilder out) {
    out.append("    <testcase classname=\"").append(escaped(file));
    out.append("\" name=\"").append(escaped(result.title()));
    out.append("\" file=\"").append(escaped(file));
    out.append("\" line=\"").append(result.test().at().line());
    if (result.isFine()) {
      out.append("\"/>\n");
      return;
    }
    out.append("\">\n      <failure message=\"");
    out.append(escaped(String.join("; ", result.failures()))).append("\">");
    out.append(escaped("at " + result.test().at())).append('\n');
    result.explained().forEach(line -> out.append(escaped(line)).append('\n'));
    out.append("</failure>\n    </testcase>\n");
  }

  // XML 1.0 §2.2: what no document may hold, not even escaped, becomes a mark
  private static String escaped(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\n' -> out.append("&#10;");
            default -> {
              boolean isAllowed =
                  c == '\t'
                      || (c >= 0x20 && c < 0x7f)
                      || (c > 0x9f && c < 0xd800)
                      || (c > 0xdfff && c != 0xfffe && c != 0xffff);
              out.appendCodePoint(isAllowed ? c : 0xfffd);
            }
          }
        });
    return out.toString();
  }
}
