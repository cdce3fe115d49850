package dev.signalbox.it;

import dev.signalbox.net.Transport;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.util.ArrayList;
import java.util.List;
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
    var transports = new ArrayList<>(List.of(Transport.NIO));
    if (IoUring.isAvailable()) {
      transports.addFirst(Transport.IO_URING);
    }
    if (Epoll.isAvailable()) {
      transports.addFirst(Transport.EPOLL);
    }
    return transports.stream();
  }

  @Override
  public String toString() {
    return transport.word() + ", " + loops + (loops == 1 ? " loop" : " loops");
  }
}
