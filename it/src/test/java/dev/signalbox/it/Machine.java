package dev.signalbox.it;

import dev.signalbox.net.Loops;
import dev.signalbox.net.LoopsConfig;
import dev.signalbox.net.Transport;
import java.util.stream.Stream;

/** What the server runs on: a transport with so many loops. Immutable. */
record Machine(Transport transport, int loops) {
  /** Each transport that works here, with one loop. */
  static Stream<Machine> withOneLoop() {
    return transports().map(transport -> new Machine(transport, 1));
  }

  /** Each transport that works here, with one loop and with two. */
  static Stream<Machine> withOneLoopAndWithTwo() {
    return transports()
        .flatMap(transport -> Stream.of(new Machine(transport, 1), new Machine(transport, 2)));
  }

  /** Each transport that works here, with two loops. */
  static Stream<Machine> withTwoLoops() {
    return transports().map(transport -> new Machine(transport, 2));
  }

  private static Stream<Transport> transports() {
    return Stream.of(Transport.EPOLL, Transport.IO_URING, Transport.NIO).filter(Machine::works);
  }

  private static boolean works(Transport transport) {
    try (var loops = Loops.start(new LoopsConfig(transport, 1))) {
      return loops.transport() == transport;
    } catch (IllegalStateException e) {
      return false; // the message says why: it is none of this machine's
    }
  }

  @Override
  public String toString() {
    return transport.word() + ", " + loops + (loops == 1 ? " loop" : " loops");
  }
}
