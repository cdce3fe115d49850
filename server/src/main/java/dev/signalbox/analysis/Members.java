package dev.signalbox.analysis;

import dev.signalbox.analysis.Values.Addresses;
import dev.signalbox.analysis.Values.Choice;
import dev.signalbox.analysis.Values.Texts;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.route.Field;
import dev.signalbox.route.OfflineRequest;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Real requests that are in a box, those first that people like to read. Pure. */
final class Members {
  private static final List<String> HOSTS = List.of("example.com", "other.example.net");
  private static final List<String> PATHS = List.of("/", "/a", "/a/b", "/zq7/zq7");
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");
  private static final List<String> VALUES = List.of("1", "a", "zq7");
  private static final List<String> LISTENERS = List.of("");

  /** Different texts that are tried on each axis. */
  private static final int MOST_CHOICES = 5;

  private static final Object ABSENT = new Object();

  /** What makes a condition hold, or not. */
  private record Hint(UnaryOperator<OfflineRequest.Builder> put) {}

  private Members() {}

  /** What was found in a box. */
  sealed interface Search {
    /** A request that was accepted. */
    record Found(Witness witness) implements Search {}

    /** No request can be in it, since no path in it stays as it is. */
    record Nothing() implements Search {}

    /** Requests may be in it, but none that was tried was accepted. */
    record NotFound() implements Search {}
  }

  /** Tries requests of a box until one is accepted. */
  static Search search(Space space, int tries, Predicate<OfflineRequest> accepted) {
    var choices = new LinkedHashMap<Axis, List<Object>>();
    for (var part : List.of(Axis.Part.HOST, Axis.Part.PATH, Axis.Part.METHOD)) {
      choices.put(part, List.of());
    }
    space.axes().keySet().forEach(axis -> choices.put(axis, List.of()));
    for (var entry : choices.entrySet()) {
      var axis = entry.getKey();
      var values = space.get(axis);
      entry.setValue(choices(axis, values == null ? Legal.of(axis) : values));
      if (entry.getValue().isEmpty()) {
        boolean isSure =
            values != null
                && (values.fill() == Values.Fill.EMPTY
                    || (axis == Axis.Part.PATH && isNeverNormal(values)));
        return isSure ? new Search.Nothing() : new Search.NotFound();
      }
    }
    int most = choices.values().stream().mapToInt(List::size).max().orElse(1);
    int left = tries;
    var tried = new LinkedHashSet<Map<Axis, Object>>();
    for (int turn = 0; turn < most && left > 0; turn++) {
      for (var varied : turn == 0 ? List.of(Axis.Part.HOST) : choices.keySet()) {
        var picked = picked(choices, turn, axis -> axis.equals(varied));
        if (left > 0 && tried.add(picked)) {
          left--;
          var request = request(picked);
          if (request != null && accepted.test(request)) {
            return new Search.Found(new Witness(request));
          }
        }
      }
      var all = picked(choices, turn, _ -> true);
      if (left > 0 && tried.add(all)) {
        left--;
        var request = request(all);
        if (request != null && accepted.test(request)) {
          return new Search.Found(new Witness(request));
        }
      }
    }
    return new Search.NotFound();
  }

  private static boolean isNeverNormal(Values values) {
    return values instanceof Texts(var set, _)
        && !set.contains("*")
        && set.and(NormalPaths.ALL).isEmpty();
  }

  /** Of the axes that vary the choice of this turn, of the others the first. */
  private static Map<Axis, Object> picked(
      Map<Axis, List<Object>> choices, int turn, Predicate<Axis> varies) {
    var picked = new LinkedHashMap<Axis, Object>();
    choices.forEach((axis, values) ->
        picked.put(axis, values.get(varies.test(axis) ? turn % values.size() : 0)));
    return picked;
  }

  private static List<Object> choices(Axis axis, Values values) {
    return switch (values) {
      case Choice(var yes, var no) when axis instanceof Axis.Leaf(var match) -> {
        var choices = new ArrayList<Object>();
        if (no) {
          Hints.of(match, false).forEach(hint -> choices.add(new Hint(hint)));
        }
        if (yes) {
          Hints.of(match, true).forEach(hint -> choices.add(new Hint(hint)));
        }
        yield choices;
      }
      case Choice(var yes, var no) -> {
        var choices = new ArrayList<Object>();
        if (no) {
          choices.add(false);
        }
        if (yes) {
          choices.add(true);
        }
        yield choices;
      }
      case Addresses(var set, var unknown) -> {
        var choices = new ArrayList<Object>(set.examples(MOST_CHOICES));
        if (unknown) {
          choices.add(ABSENT);
        }
        yield choices;
      }
      case Texts(var set, var absent) -> {
        var choices = new LinkedHashSet<Object>();
        if (absent) {
          choices.add(ABSENT);
        }
        choices.addAll(texts(axis, set));
        yield List.copyOf(choices);
      }
    };
  }

  private static List<String> texts(Axis axis, TextSet set) {
    var liked =
        switch (axis) {
          case Axis.Part.HOST -> HOSTS;
          case Axis.Part.PATH -> PATHS;
          case Axis.Part.METHOD -> METHODS;
          case Axis.Part.LISTENER -> LISTENERS;
          case Axis.Part _, Axis.Named _, Axis.Leaf _ -> VALUES;
        };
    var texts = new LinkedHashSet<String>();
    for (var text : liked) {
      if (set.contains(text)) {
        texts.add(text);
      }
    }
    var examples = set.examples(MOST_CHOICES);
    texts.addAll(examples);
    if (axis == Axis.Part.PATH) {
      for (var example : examples) { // just beside what others may have taken out
        for (var longer : List.of(example + "/zq7", example + "zq7")) {
          if (set.contains(longer)) {
            texts.add(longer);
          }
        }
      }
      texts.removeIf(path -> !NormalPaths.contains(path));
      if (texts.isEmpty() && !examples.isEmpty()) {
        texts.addAll(set.and(NormalPaths.ALL).examples(MOST_CHOICES));
      }
    }
    if (axis == Axis.Part.HOST && texts.remove("")) {
      texts.add(""); // only HTTP/1.0 sends none
    }
    return List.copyOf(texts);
  }

  /** The request, or null where no such one can be sent. */
  private static @Nullable OfflineRequest request(Map<Axis, Object> picked) {
    try {
      return build(picked);
    } catch (InvalidValue | CharacterCodingException _) {
      return null; // a guess that no client can make
    }
  }

  private static @Nullable OfflineRequest build(Map<Axis, Object> picked)
      throws CharacterCodingException {
    var host = (String) picked.getOrDefault(Axis.Part.HOST, "");
    var path = (String) picked.getOrDefault(Axis.Part.PATH, "/");
    var scheme = Boolean.TRUE.equals(picked.get(Axis.Part.SCHEME)) ? "https://" : "http://";
    if (host.isEmpty() && scheme.equals("https://")) {
      return null;
    }
    var query = new StringBuilder();
    var cookies = new StringBuilder();
    UnaryOperator<OfflineRequest.Builder> rest = builder -> builder;
    for (var entry : picked.entrySet()) {
      if (entry.getValue() instanceof Hint(var put)) {
        var before = rest;
        rest = builder -> put.apply(before.apply(builder));
      }
      if (!(entry.getKey() instanceof Axis.Named(var field)) || entry.getValue().equals(ABSENT)) {
        continue;
      }
      var bytes = (String) entry.getValue();
      switch (field) {
        case Field.Query(var name) ->
            query
                .append(query.isEmpty() ? '?' : '&')
                .append(escaped(TextSet.bytes(name)))
                .append(bytes.isEmpty() ? "" : "=" + escaped(bytes));
        case Field.Cookie(var name) ->
            cookies
                .append(cookies.isEmpty() ? "" : "; ")
                .append(name)
                .append('=')
                .append(cookieValue(text(bytes)));
        case Field.Header(var name) -> {
          var value = text(bytes);
          var before = rest;
          rest = builder -> before.apply(builder).header(capitalised(name), value);
        }
        case Field.Sni() -> {
          var name = text(bytes);
          var before = rest;
          rest = builder -> before.apply(builder).sni(name);
        }
      }
    }
    var method = (String) picked.getOrDefault(Axis.Part.METHOD, "GET");
    var url = host.isEmpty() || path.equals("*") ? path + query : scheme + host + path + query;
    if (path.equals("*") && scheme.equals("https://")) {
      url = scheme + "*";
    }
    var builder = OfflineRequest.of(method, url);
    if (path.equals("*") && !host.isEmpty()) {
      builder.header("Host", host);
    }
    builder = rest.apply(builder);
    if (!cookies.isEmpty()) {
      builder.header("Cookie", cookies.toString());
    }
    if (picked.get(Axis.Part.SOURCE) instanceof InetAddress address) {
      builder.client(address);
    }
    if (picked.get(Axis.Part.LISTENER) instanceof String listener) {
      builder.listener(text(listener));
    }
    var request = builder.build();
    return request.head().pathText().equals(path) && request.head().hostText().equals(host)
        ? request
        : null;
  }

  /** The text that these bytes are in UTF-8. */
  private static String text(String bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
        .toString();
  }

  private static String escaped(String bytes) {
    var text = new StringBuilder();
    for (int i = 0; i < bytes.length(); i++) {
      char c = bytes.charAt(i);
      boolean isPlain = c < 0x80 && (Character.isLetterOrDigit(c) || "-._~/:,".indexOf(c) >= 0);
      text.append(isPlain ? String.valueOf(c) : String.format("%%%02X", (int) c));
    }
    return text.toString();
  }

  /** In quotes where it would be read otherwise without. */
  private static String cookieValue(String value) {
    boolean isPlain =
        value.equals(value.strip()) && !(value.startsWith("\"") && value.endsWith("\""));
    return isPlain ? value : '"' + value + '"';
  }

  /** {@code x-canary} as {@code X-Canary}. */
  private static String capitalised(String name) {
    var text = new StringBuilder(name);
    for (int i = 0; i < name.length(); i++) {
      if (i == 0 || name.charAt(i - 1) == '-') {
        text.setCharAt(i, Character.toUpperCase(name.charAt(i)));
      }
    }
    return text.toString();
  }
}
