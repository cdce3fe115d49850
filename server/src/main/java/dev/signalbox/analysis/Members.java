package dev.signalbox.analysis;

import dev.signalbox.analysis.Values.Addresses;
import dev.signalbox.analysis.Values.Choice;
import dev.signalbox.analysis.Values.Texts;
import dev.signalbox.analysis.text.Emptiness;
import dev.signalbox.analysis.text.TextSet;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.route.Field;
import dev.signalbox.route.OfflineRequest;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Real requests that are in a box, those first that people like to read. Remembers what it made of
 * values that come again, as those of equal conditions do. Belongs to one thread.
 */
final class Members {
  private static final List<String> HOSTS = List.of("example.com", "other.example.net");
  private static final List<String> PATHS = List.of("/", "/a", "/a/b", "/zq7/zq7");
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");
  private static final List<String> VALUES = List.of("1", "a", "zq7");
  private static final List<String> LISTENERS = List.of("");

  /** What every request has to say. */
  private static final List<Axis> ALWAYS =
      List.of(Axis.Part.HOST, Axis.Part.PATH, Axis.Part.METHOD);

  /** Different texts that are tried on each axis. */
  private static final int MOST_CHOICES = 5;

  private static final Object ABSENT = new Object();

  /** What makes a condition hold, or not. */
  private record Hint(UnaryOperator<OfflineRequest.Builder> put) {}

  /** Beyond so many nothing more is remembered. */
  private static final int MOST_REMEMBERED = 20_000;

  private final IdentityHashMap<Values, List<Object>> remembered = new IdentityHashMap<>();
  private final IdentityHashMap<Values, Object> firsts = new IdentityHashMap<>();

  /** What was found in a box. */
  sealed interface Search {
    /** A request that was accepted. */
    record Found(Witness witness) implements Search {}

    /** No request can be in it, since no path in it stays as it is. */
    record Nothing() implements Search {}

    /** Requests may be in it, but none that was tried was accepted. */
    record NotFound() implements Search {}
  }

  /** Whether it is sure that no request is in a box: then nothing, otherwise not found. */
  static Search glance(Space space) {
    for (var entry : space.axes().entrySet()) {
      var values = entry.getValue();
      boolean isNothing =
          (entry.getKey() == Axis.Part.PATH && values instanceof Texts(var set, _))
              ? hasNoPath(set)
              : values.fill() == Values.Fill.EMPTY;
      if (isNothing) {
        return new Search.Nothing();
      }
    }
    return new Search.NotFound();
  }

  private static boolean hasNoPath(TextSet set) {
    return switch (set.inspect()) {
      case Emptiness.Empty _ -> true;
      case Emptiness.Unknown _ -> false;
      case Emptiness.Member(var path) ->
          !path.equals("*") && !NormalPaths.contains(path) && isNeverNormal(set);
    };
  }

  /** Tries requests of a box until one is accepted. */
  Search search(Space space, int tries, Predicate<OfflineRequest> accepted) {
    var first = first(space);
    if (first != null) {
      var request = request(first);
      if (request != null && accepted.test(request)) {
        return new Search.Found(new Witness(request));
      }
    }
    var tried = new HashSet<Map<Axis, Object>>();
    if (first != null) {
      tried.add(first);
    }
    var choices = new LinkedHashMap<Axis, List<Object>>();
    var nothing = fill(space, choices);
    if (nothing != null) {
      return nothing;
    }
    int most = choices.values().stream().mapToInt(List::size).max().orElse(1);
    int left = tries - tried.size();
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

  /** The first choice on each axis, without the effort of looking for others; null for none. */
  private @Nullable Map<Axis, Object> first(Space space) {
    var picked = new LinkedHashMap<Axis, Object>();
    for (var part : ALWAYS) {
      var values = space.get(part);
      var choice = first(part, values == null ? Legal.of(part) : values);
      if (choice == null) {
        return null;
      }
      picked.put(part, choice);
    }
    for (var entry : space.axes().entrySet()) {
      if (!picked.containsKey(entry.getKey())) {
        var choice = first(entry.getKey(), entry.getValue());
        if (choice == null) {
          return null;
        }
        picked.put(entry.getKey(), choice);
      }
    }
    return picked;
  }

  private @Nullable Object first(Axis axis, Values values) {
    if (!(values instanceof Texts(var set, var absent))) {
      var known = known(axis, values);
      return known.isEmpty() ? null : known.getFirst();
    }
    if (absent) {
      return ABSENT;
    }
    var known = firsts.get(values);
    if (known == null) {
      known = first(axis, set);
      if (known != null && firsts.size() < MOST_REMEMBERED) {
        firsts.put(values, known);
      }
    }
    return known;
  }

  private static @Nullable String first(Axis axis, TextSet set) {
    for (var text : liked(axis)) {
      if (set.contains(text)) {
        return text;
      }
    }
    var examples = set.examples(1);
    boolean isSettled =
        !examples.isEmpty()
            && (axis != Axis.Part.PATH || NormalPaths.contains(examples.getFirst()))
            && (axis != Axis.Part.HOST || !examples.getFirst().isEmpty());
    return isSettled ? examples.getFirst() : null;
  }

  /** Finds what may be tried on each axis; if on one there is nothing, says how sure that is. */
  private @Nullable Search fill(Space space, Map<Axis, List<Object>> choices) {
    for (var part : ALWAYS) {
      choices.put(part, List.of());
    }
    for (var axis : space.axes().keySet()) {
      choices.put(axis, List.of());
    }
    for (var entry : choices.entrySet()) {
      var axis = entry.getKey();
      var values = space.get(axis);
      entry.setValue(known(axis, values == null ? Legal.of(axis) : values));
      if (entry.getValue().isEmpty()) {
        boolean isSure =
            values != null
                && (values.fill() == Values.Fill.EMPTY
                    || (axis == Axis.Part.PATH
                        && values instanceof Texts(var set, _)
                        && isNeverNormal(set)));
        return isSure ? new Search.Nothing() : new Search.NotFound();
      }
    }
    return null;
  }

  private List<Object> known(Axis axis, Values values) {
    if (values instanceof Choice) {
      return choices(axis, values); // the same two for every condition
    }
    var known = remembered.get(values);
    if (known == null) {
      known = choices(axis, values);
      if (remembered.size() < MOST_REMEMBERED) {
        remembered.put(values, known);
      }
    }
    return known;
  }

  private static boolean isNeverNormal(TextSet set) {
    return !set.contains("*") && set.and(NormalPaths.ALL).isEmpty();
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

  private static List<String> liked(Axis axis) {
    return switch (axis) {
      case Axis.Part.HOST -> HOSTS;
      case Axis.Part.PATH -> PATHS;
      case Axis.Part.METHOD -> METHODS;
      case Axis.Part.LISTENER -> LISTENERS;
      case Axis.Part _, Axis.Named _, Axis.Leaf _ -> VALUES;
    };
  }

  private static List<String> texts(Axis axis, TextSet set) {
    var texts = new LinkedHashSet<String>();
    for (var text : liked(axis)) {
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
