package dev.signalbox.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGTERM and SIGINT: the first one asks for an orderly end, the second one ends at once. The JVM
 * calls on threads of its own.
 *
 * <p>This needs {@code sun.misc.Signal}. Shutdown hooks cannot do it: while they run the JVM
 * ignores a second signal. And it needs reflection, the only one in the house: javac warns of that
 * class whatever is suppressed, and our build has no warnings. See docs/decisions/004.
 */
final class Signals implements Stop {
  /** A signal we handle, with the number that shells add to 128 for "ended by it". */
  private enum Name {
    INT(2),
    TERM(15);

    private final int number;

    Name(int number) {
      this.number = number;
    }
  }

  private final BlockingQueue<String> first = new ArrayBlockingQueue<>(1);
  private final AtomicBoolean asked = new AtomicBoolean();

  private Signals() {}

  static Signals caught() {
    var signals = new Signals();
    List.of(Name.values()).forEach(signals::handle);
    return signals;
  }

  private void handle(Name name) {
    try {
      var signalType = Class.forName("sun.misc.Signal");
      var handlerType = Class.forName("sun.misc.SignalHandler");
      InvocationHandler call =
          (proxy, method, arguments) -> {
            onSignal(name);
            return null;
          };
      var handler =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(), new Class<?>[] {handlerType}, call);
      var signal = signalType.getConstructor(String.class).newInstance(name.name());
      signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
    } catch (ReflectiveOperationException e) {
      // A JVM without that class, or one told to leave signals alone (-Xrs): then a signal ends the
      // process in the JVM's own way, and that is still an end.
    }
  }

  private void onSignal(Name name) {
    if (asked.compareAndSet(false, true)) {
      first.add("SIG" + name);
    } else {
      // No hooks: they could wait, and that is what nobody wants any more.
      Runtime.getRuntime().halt(128 + name.number);
    }
  }

  @Override
  public String awaited() throws InterruptedException {
    return first.take();
  }
}
