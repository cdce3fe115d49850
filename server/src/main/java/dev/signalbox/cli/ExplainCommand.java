package dev.signalbox.cli;

import dev.signalbox.RouteQuestions;
import dev.signalbox.RouteQuestions.Question;
import dev.signalbox.ServerConfig;
import dev.signalbox.config.InvalidValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Says which route takes a request, and why; nothing is sent. */
final class ExplainCommand {
  private static final String NAME = "signalbox explain";

  private final Terminal terminal;
  private final List<OptionSpec> options = new ArrayList<>();
  private final PositionalParamSpec file =
      PositionalParamSpec.builder()
          .index("0")
          .paramLabel("FILE")
          .type(Path.class)
          .required(true)
          .description("The config file.")
          .build();
  private final PositionalParamSpec request =
      PositionalParamSpec.builder()
          .index("1..*")
          .paramLabel("[METHOD] URL")
          .type(String[].class)
          .arity("1..*")
          .hideParamSyntax(true)
          .required(true)
          .description("What is requested; without a method it is a GET.")
          .build();
  private final OptionSpec headers =
      many("\"NAME: VALUE\"", "A header, as often as you like.", "-H", "--header");
  private final OptionSpec cookies =
      many("NAME=VALUE", "A cookie, as often as you like.", "--cookie");
  private final OptionSpec from = one("IP", "The client's address.", "--from");
  private final OptionSpec sni = one("NAME", "The host name in the TLS handshake.", "--sni");
  private final OptionSpec clientCert =
      one(
          "TEXT",
          "The client's certificate, like \"subject=CN=box; san=box.example.com\".",
          "--client-cert");
  private final OptionSpec body = one("TEXT|@FILE", "The body, or a file with it.", "--body");
  private final OptionSpec listener =
      one("NAME", "Where it arrives, in place of what the URL's port says.", "--listener");
  private final OptionSpec at =
      one("DATETIME", "When, like 2026-11-23T09:00Z, in place of now.", "--at");
  private final OptionSpec country =
      one("CODE", "Where the client is, in place of what its address says.", "--country");
  private final OptionSpec continent = one("CODE", "The same of the continent.", "--continent");
  private final OptionSpec whyNot =
      one("ROUTE", "Why this route does not take it, and what would have to change.", "--why-not");
  private final OptionSpec json =
      OptionSpec.builder("--json")
          .type(boolean.class)
          .defaultValue("false")
          .description("For machines.")
          .build();

  private ExplainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  static CommandSpec spec(Terminal terminal) {
    var explain = new ExplainCommand(terminal);
    Callable<Integer> command = explain::run;
    var spec = CommandSpec.wrapWithoutInspection(command);
    spec.addPositional(explain.file).addPositional(explain.request);
    explain.options.forEach(spec::addOption);
    spec.addOption(explain.json);
    spec.usageMessage()
        .sortOptions(false)
        .customSynopsis("signalbox explain [OPTIONS] FILE [METHOD] URL")
        .description("Say which route takes a request and why, and why each earlier one does not.");
    return spec;
  }

  private OptionSpec one(String label, String description, String... names) {
    var option =
        OptionSpec.builder(names)
            .paramLabel(label)
            .type(String.class)
            .description(description)
            .build();
    options.add(option);
    return option;
  }

  private OptionSpec many(String label, String description, String... names) {
    var option =
        OptionSpec.builder(names)
            .paramLabel(label)
            .type(String[].class)
            .description(description)
            .build();
    options.add(option);
    return option;
  }

  private int run() {
    String[] words = request.getValue();
    if (words.length > 2) {
      return SignalboxCommand.mistake(
          terminal, NAME, words[2] + ": one argument too many (expected: FILE METHOD URL)");
    }
    Path path = file.getValue();
    var config = ServerConfig.load(path, terminal.env());
    try {
      var question =
          new Question(
              words.length == 1 ? null : words[0],
              words[words.length - 1],
              values(headers),
              values(cookies),
              from.getValue(),
              sni.getValue(),
              clientCert.getValue(),
              content(body.getValue()),
              at.getValue(),
              listener.getValue(),
              country.getValue(),
              continent.getValue());
      var explained = RouteQuestions.of(config, Instant.now()).explain(question, whyNot.getValue());
      boolean isJson = json.getValue();
      terminal.out().print(isJson ? explained.json() : explained.text(terminal.outColours()));
      return explained.isFine() ? Exit.FINE : Exit.FINDINGS;
    } catch (InvalidValue mistake) {
      return SignalboxCommand.mistake(terminal, NAME, String.valueOf(mistake.getMessage()));
    }
  }

  private static List<String> values(OptionSpec option) {
    String @Nullable [] values = option.getValue();
    return values == null ? List.of() : List.of(values);
  }

  private static @Nullable String content(@Nullable String body) {
    if (body == null || !body.startsWith("@")) {
      return body;
    }
    try {
      return Files.readString(Path.of(body.substring(1)));
    } catch (IOException _) {
      throw new InvalidValue(body, "can't be read", "@ and the path of a file with UTF-8 text");
    }
  }
}
