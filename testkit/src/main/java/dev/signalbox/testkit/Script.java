package dev.signalbox.testkit;

import java.io.IOException;

/**
 * What a fake origin does on one connection: from its start until the script returns, which closes
 * it. One script may play on many connections at once, each on a thread of its own, so it keeps no
 * state.
 */
@FunctionalInterface
public interface Script {
  void play(OriginConnection connection) throws IOException, InterruptedException;

  /** Does the same for every request, for as long as the peer keeps the connection. */
  static Script each(Step step) {
    return connection -> {
      while (true) {
        var request = connection.readRequest();
        if (request == null) {
          return;
        }
        step.play(connection, request);
        if (connection.isClosed()) {
          return;
        }
      }
    };
  }

  /** Does one step a request, then waits until the peer closes; a further request is ignored. */
  static Script of(Step... steps) {
    return connection -> {
      for (var step : steps) {
        var request = connection.readRequest();
        if (request == null) {
          return;
        }
        step.play(connection, request);
        if (connection.isClosed()) {
          return;
        }
      }
      connection.awaitClosedByPeer();
    };
  }
}
