package dev.signalbox;

import dev.signalbox.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Placeholder until the real one of the config branch lands: that one wins. */
public record ServerConfig(String bind, List<String> endpoints) {
  private static final Pattern BIND = Pattern.compile("bind: \"([^\"]+)\"");
  private static final Pattern ENDPOINT =
      Pattern.compile("(?:localhost|[\\d.]+):\\d+(?=[,\\]\"}])");

  public static ServerConfig load(Path file, Function<String, @Nullable String> env) {
    try {
      return parse(file.toString(), Files.readString(file), env);
    } catch (IOException e) {
      throw new ConfigException(file + ": no such file");
    }
  }

  public static ServerConfig parse(
      String name, String text, Function<String, @Nullable String> env) {
    var bind = BIND.matcher(text);
    if (!bind.find()) {
      throw new ConfigException(name + ":1:1: no listener");
    }
    var routes = Math.max(0, text.indexOf("upstreams:"));
    var endpoints = ENDPOINT.matcher(text.substring(routes)).results().map(m -> m.group()).toList();
    return new ServerConfig(bind.group(1), endpoints);
  }

  public static String jsonSchema() {
    return "{}";
  }

  public List<String> summary() {
    return List.of("listener " + bind, "endpoints " + String.join(", ", endpoints));
  }

  public Duration shutdownDeadline() {
    return Duration.ofSeconds(30);
  }
}
