package dev.signalbox.route;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The routes of one host by their paths: one node for each segment. Immutable.
 *
 * <p>An entry is the index of a route, doubled, and odd where being found here does not yet mean
 * that the whole condition holds. Entries are in the order of the routes.
 */
final class PathTree {
  private final Match[] matches;
  private final int[] anyPath;
  private final Node root;
  private final int first;

  private PathTree(Match[] matches, int[] anyPath, Node root) {
    this.matches = matches;
    this.anyPath = anyPath;
    this.root = root;
    this.first = Math.min(root.first, first(anyPath));
  }

  /** The first route that matches and stands before {@code best}; otherwise {@code best}. */
  int find(RouteRequest request, int best) {
    if (first >= best) {
      return best;
    }
    int found = find(anyPath, request, best);
    var head = request.head();
    byte[] bytes = head.bytes();
    int at = head.pathStart();
    int end = head.pathEnd();
    if (at == end || bytes[at] != '/') {
      return found; // the asterisk form (RFC 9112 §3.2.4) lies under no path
    }
    Node node = root;
    while (node.first < found) {
      found = find(node.under, request, found);
      if (at == end) {
        return find(node.exact, request, found);
      }
      int segment = at + 1;
      at = segment;
      while (at < end && bytes[at] != '/') {
        at++;
      }
      Node next = node.children.get(bytes, segment, at);
      if (next == null) {
        return found;
      }
      node = next;
    }
    return found;
  }

  private int find(int[] entries, RouteRequest request, int best) {
    for (int entry : entries) {
      int route = entry >> 1;
      if (route >= best) {
        return best;
      }
      if ((entry & 1) == 0 || matches[route].matches(request)) {
        return route;
      }
    }
    return best;
  }

  private static int first(int[] entries) {
    return entries.length == 0 ? RouteTable.NONE : entries[0] >> 1;
  }

  /** What is known at the end of a segment. */
  private static final class Node {
    final int[] exact;
    final int[] under;
    final ByteMap<Node> children;

    /** The first route here or further down. */
    final int first;

    Node(int[] exact, int[] under, ByteMap<Node> children, int first) {
      this.exact = exact;
      this.under = under;
      this.children = children;
      this.first = first;
    }
  }

  /** Collects the routes of one host. For the thread that builds the table. */
  static final class Builder {
    private final Entries anyPath = new Entries();
    private final NodeBuilder root = new NodeBuilder();

    /** Adds a route; routes come in their order. */
    void add(int route, Box box) {
      int entry = route << 1 | (box.isWhole() ? 0 : 1);
      if (box.paths().isEmpty()) {
        anyPath.add(entry);
      }
      for (var path : box.paths()) {
        switch (path) {
          case Match.PathIs(var text) -> root.at(text).exact.add(entry);
          case Match.PathUnder(var text) -> root.at(text).under.add(entry);
          case Match.PathMatches _, PathTemplate _ -> throw new AssertionError(path);
        }
      }
    }

    PathTree build(Match[] matches) {
      return new PathTree(matches, anyPath.build(), root.build());
    }
  }

  private static final class NodeBuilder {
    final Entries exact = new Entries();
    final Entries under = new Entries();
    final Map<String, NodeBuilder> children = new HashMap<>();

    NodeBuilder at(String path) {
      NodeBuilder node = this;
      for (int at = 0; at < path.length(); ) {
        int slash = path.indexOf('/', at + 1);
        int end = slash < 0 ? path.length() : slash;
        node = node.children.computeIfAbsent(path.substring(at + 1, end), _ -> new NodeBuilder());
        at = end;
      }
      return node;
    }

    Node build() {
      var exact = this.exact.build();
      var under = this.under.build();
      int[] first = {Math.min(PathTree.first(exact), PathTree.first(under))};
      ByteMap<Node> built =
          ByteMap.of(
              children,
              child -> {
                var node = child.build();
                first[0] = Math.min(first[0], node.first);
                return node;
              });
      return new Node(exact, under, built, first[0]);
    }
  }

  /** Entries of one place, as far as they can be reached. */
  private static final class Entries {
    private int[] entries = new int[1];
    private int size;

    void add(int entry) {
      boolean isReached = size == 0 || (entries[size - 1] & 1) == 1;
      boolean isKnown = size > 0 && entries[size - 1] >> 1 == entry >> 1;
      if (isKnown) {
        entries[size - 1] &= entry; // once found for certain is certain
      } else if (isReached) { // whatever comes after one that is certain is never asked
        if (size == entries.length) {
          entries = Arrays.copyOf(entries, size * 2);
        }
        entries[size++] = entry;
      }
    }

    int[] build() {
      return Arrays.copyOf(entries, size);
    }
  }
}
