package dev.signalbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes small databases in MaxMind's format 2.0: a binary tree over the bits of IPv6 addresses
 * with records of 24 bits, 16 zero bytes, the data, and the metadata. IPv4 lies at ::/96. For one
 * thread.
 */
public final class TinyGeoDatabase {
  private static final byte[] MARK =
      "\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1);
  private static final int EMPTY = -1;

  /** A place in the tree: a node, or data, or nothing. */
  private record Place(int node, int data) {}

  private final List<Place[]> nodes = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final String type;

  public TinyGeoDatabase(String type) {
    this.type = type;
    node();
  }

  /** This network, as {@code 192.0.2.0/24} or {@code 2001:db8::/32}, has this record. */
  public TinyGeoDatabase with(String network, Map<String, ?> record) {
    var cidr = dev.signalbox.config.Cidr.parse(network);
    long high = cidr.high();
    long low = cidr.isIpv4() ? cidr.low() & 0xffff_ffffL : cidr.low();
    int at = 0;
    for (int bit = 0; bit < cidr.prefix(); bit++) {
      int side = (int) ((bit < 64 ? high >>> (63 - bit) : low >>> (127 - bit)) & 1);
      if (bit == cidr.prefix() - 1) {
        nodes.get(at)[side] = new Place(EMPTY, data.size());
      } else {
        var next = nodes.get(at)[side];
        if (next.node() == EMPTY) {
          next = new Place(node(), EMPTY);
          nodes.get(at)[side] = next;
        }
        at = next.node();
      }
    }
    write(record, data);
    return this;
  }

  private int node() {
    nodes.add(new Place[] {new Place(EMPTY, EMPTY), new Place(EMPTY, EMPTY)});
    return nodes.size() - 1;
  }

  public byte[] bytes() {
    var out = new ByteArrayOutputStream();
    for (var node : nodes) {
      for (var place : node) {
        int value =
            place.node() != EMPTY
                ? place.node()
                : place.data() != EMPTY ? nodes.size() + 16 + place.data() : nodes.size();
        out.write(value >>> 16);
        out.write(value >>> 8);
        out.write(value);
      }
    }
    out.writeBytes(new byte[16]);
    out.writeBytes(data.toByteArray());
    out.writeBytes(MARK);
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("binary_format_major_version", 2);
    metadata.put("binary_format_minor_version", 0);
    metadata.put("build_epoch", 1_790_000_000L);
    metadata.put("database_type", type);
    metadata.put("description", Map.of("en", "for tests"));
    metadata.put("ip_version", 6);
    metadata.put("languages", List.of("en"));
    metadata.put("node_count", (long) nodes.size());
    metadata.put("record_size", 24);
    write(metadata, out);
    return out.toByteArray();
  }

  public Path writeTo(Path file) {
    try {
      return Files.write(file, bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Object value, ByteArrayOutputStream out) {
    switch (value) {
      case String text -> {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        control(2, bytes.length, out);
        out.writeBytes(bytes);
      }
      case Integer number -> { // 16 bits, unsigned
        control(5, 2, out);
        out.write(number >>> 8);
        out.write(number);
      }
      case Long number -> { // 64 bits, unsigned; as those of 32 bits they are of another type
        boolean isLong = number > 0xffff_ffffL || number == 1_790_000_000L;
        control(isLong ? 9 : 6, isLong ? 8 : 4, out);
        for (int i = isLong ? 7 : 3; i >= 0; i--) {
          out.write((int) (number >>> (8 * i)));
        }
      }
      case Map<?, ?> map -> {
        control(7, map.size(), out);
        map.forEach((key, member) -> {
          write(key, out);
          write(member, out);
        });
      }
      case List<?> list -> {
        control(11, list.size(), out);
        list.forEach(item -> write(item, out));
      }
      default -> throw new IllegalArgumentException("no such type: " + value);
    }
  }

  /** Type and size; types from 8 on stand in a byte of their own, sizes from 29 on as well. */
  private static void control(int type, int size, ByteArrayOutputStream out) {
    int shown = Math.min(size, 29);
    if (size >= 29 + 256) {
      throw new IllegalArgumentException("too long: " + size);
    }
    out.write(type <= 7 ? type << 5 | shown : shown);
    if (type > 7) {
      out.write(type - 7);
    }
    if (size >= 29) {
      out.write(size - 29);
    }
  }
}
