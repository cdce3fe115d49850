package dev.signalbox;

import dev.signalbox.cli.SignalboxCommand;
import dev.signalbox.cli.Terminal;
import dev.signalbox.observe.ConsoleLog;
import dev.signalbox.observe.LogLevel;
import java.io.FileDescriptor;
import java.io.FileOutputStream;

/** Where the process starts: the log, then the command. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    var terminal = Terminal.ofProcess();
    var told = terminal.env().apply("SIGNALBOX_LOG");
    var level = LogLevel.named(told == null || told.isEmpty() ? "info" : told);
    if (level.isEmpty()) {
      terminal
          .err()
          .println(
              "signalbox: SIGNALBOX_LOG: "
                  + told
                  + " (expected: error, warn, info, debug or trace)");
      System.exit(2);
    }
    var look = new ConsoleLog.Look(terminal.errIsTerminal(), terminal.errColours());
    int code;
    try (var _ =
        ConsoleLog.install(new FileOutputStream(FileDescriptor.err), look, level.orElseThrow())) {
      code = SignalboxCommand.run(terminal, arguments);
    }
    System.exit(code);
  }
}
