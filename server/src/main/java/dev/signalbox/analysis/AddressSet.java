package dev.signalbox.analysis;

import dev.signalbox.config.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of addresses of clients, IPv4 and IPv6. Both are kept as 128 bits, as {@link Cidr} does,
 * and a network of IPv6 never has addresses of IPv4 in it. Ranges in order that do not touch.
 * Immutable.
 */
record AddressSet(List<Range> ranges) {
  static final AddressSet NONE = new AddressSet(List.of());
  static final AddressSet ALL =
      new AddressSet(List.of(new Range(new Address(0, 0), new Address(-1, -1))));

  private static final long MAPPED = 0xffff_0000_0000L;

  /** 128 bits, compared without sign. */
  record Address(long high, long low) implements Comparable<Address> {
    @Override
    public int compareTo(Address other) {
      int byHigh = Long.compareUnsigned(high, other.high);
      return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    boolean isFirst() {
      return high == 0 && low == 0;
    }

    boolean isLast() {
      return high == -1 && low == -1;
    }

    Address next() {
      return new Address(low == -1 ? high + 1 : high, low + 1);
    }

    Address previous() {
      return new Address(low == 0 ? high - 1 : high, low - 1);
    }

    InetAddress asInetAddress() {
      var bytes = new byte[16];
      for (int i = 0; i < 8; i++) {
        bytes[i] = (byte) (high >>> (56 - 8 * i));
        bytes[8 + i] = (byte) (low >>> (56 - 8 * i));
      }
      try {
        return InetAddress.getByAddress(bytes); // of mapped ones it makes IPv4
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e); // 16 bytes are an address
      }
    }
  }

  /** Both ends included. */
  record Range(Address first, Address last) {}

  static AddressSet of(Cidr network) {
    var set = new AddressSet(List.of(rangeOf(network)));
    return network.isIpv4() ? set : set.minus(ipv4());
  }

  /** The addresses of any of these networks. */
  static AddressSet of(Collection<Cidr> networks) {
    var set = NONE;
    for (var network : networks) {
      set = set.or(of(network));
    }
    return set;
  }

  private static AddressSet ipv4() {
    return new AddressSet(
        List.of(new Range(new Address(0, MAPPED), new Address(0, MAPPED | 0xffff_ffffL))));
  }

  private static Range rangeOf(Cidr network) {
    int prefix = network.prefix();
    long highRest = prefix >= 64 ? 0 : -1L >>> prefix;
    long lowRest = prefix >= 128 ? 0 : prefix <= 64 ? -1L : -1L >>> (prefix - 64);
    return new Range(
        new Address(network.high(), network.low()),
        new Address(network.high() | highRest, network.low() | lowRest));
  }

  boolean contains(Address address) {
    return ranges.stream()
        .anyMatch(r -> r.first.compareTo(address) <= 0 && address.compareTo(r.last) <= 0);
  }

  AddressSet or(AddressSet other) {
    var all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    all.sort(Comparator.comparing(Range::first));
    var merged = new ArrayList<Range>();
    for (var next : all) {
      var last = merged.isEmpty() ? null : merged.getLast();
      if (last != null && (last.last.isLast() || next.first.compareTo(last.last.next()) <= 0)) {
        var end = last.last.compareTo(next.last) >= 0 ? last.last : next.last;
        merged.set(merged.size() - 1, new Range(last.first, end));
      } else {
        merged.add(next);
      }
    }
    return new AddressSet(List.copyOf(merged));
  }

  AddressSet and(AddressSet other) {
    var both = new ArrayList<Range>();
    int i = 0;
    int j = 0;
    while (i < ranges.size() && j < other.ranges.size()) {
      var mine = ranges.get(i);
      var theirs = other.ranges.get(j);
      var first = mine.first.compareTo(theirs.first) >= 0 ? mine.first : theirs.first;
      var last = mine.last.compareTo(theirs.last) <= 0 ? mine.last : theirs.last;
      if (first.compareTo(last) <= 0) {
        both.add(new Range(first, last));
      }
      if (mine.last.compareTo(theirs.last) < 0) {
        i++;
      } else {
        j++;
      }
    }
    return new AddressSet(List.copyOf(both));
  }

  AddressSet not() {
    var others = new ArrayList<Range>();
    var next = new Address(0, 0);
    for (var range : ranges) {
      if (!range.first.isFirst() && next.compareTo(range.first) < 0) {
        others.add(new Range(next, range.first.previous()));
      }
      if (range.last.isLast()) {
        return new AddressSet(List.copyOf(others));
      }
      next = range.last.next();
    }
    others.add(new Range(next, new Address(-1, -1)));
    return new AddressSet(List.copyOf(others));
  }

  AddressSet minus(AddressSet other) {
    return and(other.not());
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  boolean isSubsetOf(AddressSet other) {
    return minus(other).isEmpty();
  }

  /** A member, of IPv4 if there is one; null if there is none. */
  @Nullable InetAddress example() {
    var shown = and(ipv4());
    var from = shown.isEmpty() ? this : shown;
    return from.isEmpty() ? null : from.ranges.getFirst().first.asInetAddress();
  }

  /** Up to so many members: the ends of the ranges, those of IPv4 first. */
  List<InetAddress> examples(int most) {
    var found = new ArrayList<InetAddress>();
    for (var set : List.of(and(ipv4()), minus(ipv4()))) {
      for (var range : set.ranges) {
        found.add(range.first.asInetAddress());
        found.add(range.last.asInetAddress());
      }
    }
    return found.stream().distinct().limit(most).toList();
  }
}
