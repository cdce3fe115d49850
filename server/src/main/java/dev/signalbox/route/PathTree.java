package dev.signalbox.route;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The routes of one host by their paths: one node for each segment. Immutable. */
final class PathTree {
  private final Match[] matches;
  private final Place anyPath;
  private final Node root;

  /** The first route here. */
  final int first;

  private PathTree(Match[] matches, Place anyPath, Node root) {
    this.matches = matches;
    this.anyPath = anyPath;
    this.root = root;
    this.first = Math.min(root.first, anyPath.first);
  }

  /** The first route that matches and stands before {@code best}; otherwise {@code best}. */
  int find(RouteRequest request, int best) {
    if (first >= best) {
      return best;
    }
    var head = request.head();
    int at = head.pathStart();
    int end = head.pathEnd();
    // The asterisk form (RFC 9112 §3.2.4) lies under no path.
    boolean isPath = at < end && head.bytes()[at] == '/';
    int found = isPath ? find(root, at, end, request, best) : best;
    return anyPath.find(matches, request, found);
  }

  /** Each node has one parent, so none is visited twice, whatever the path. */
  private int find(Node from, int start, int end, RouteRequest request, int best) {
    byte[] bytes = request.head().bytes();
    Node node = from;
    int at = start;
    int found = best;
    while (node.first < found) {
      byte[] skip = node.skip;
      if (skip.length > 0) {
        int to = at + skip.length;
        boolean isHere =
            to <= end
                && (to == end || bytes[to] == '/')
                && Arrays.equals(skip, 0, skip.length, bytes, at, to);
        if (!isHere) {
          return found;
        }
        at = to;
      }
      found = node.under.find(matches, request, found);
      if (at == end) {
        return node.exact.find(matches, request, found);
      }
      found = node.below.find(matches, request, found);
      int segment = at + 1;
      at = segment;
      while (at < end && bytes[at] != '/') {
        at++;
      }
      Node literal = node.children.get(bytes, segment, at);
      Node wild = at > segment ? node.wild : null;
      if (literal == null || wild == null) {
        node = literal == null ? wild : literal;
        if (node == null) {
          return found;
        }
      } else { // the one with the earlier route first: often the other need not be visited
        boolean isLiteralFirst = literal.first < wild.first;
        found = find(isLiteralFirst ? literal : wild, at, end, request, found);
        node = isLiteralFirst ? wild : literal;
      }
    }
    return found;
  }

  /**
   * What is known at the end of a segment.
   *
   * @param skip segments behind it at which nothing stands and nothing branches off, with a slash
   *     before each: they are compared as one, so that a path of many segments costs few nodes
   * @param exact routes for the path that ends here
   * @param under routes for that and whatever lies below
   * @param below routes for whatever lies below
   * @param wild any segment that is not empty
   * @param first the first route here or further down
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Node(
      byte[] skip,
      Place exact,
      Place under,
      Place below,
      ByteMap<Node> children,
      @Nullable Node wild,
      int first) {}

  /** Collects the routes of one host. For the thread that builds the table. */
  static final class Builder {
    private final Place.Builder anyPath = new Place.Builder();
    private final NodeBuilder root = new NodeBuilder();

    /** Adds a route; routes come in their order. */
    void add(int route, Box box) {
      if (box.paths().isEmpty()) {
        anyPath.add(route, box);
      }
      for (var path : box.paths()) {
        switch (path) {
          case Match.PathIs(var text) -> root.at(text).exact.add(route, box);
          case Match.PathUnder(var text) -> root.at(text).under.add(route, box);
          case PathTemplate template -> {
            var node = root.at(template);
            (template.rest() == null ? node.exact : node.below).add(route, box);
          }
          case Match.PathMatches _ -> throw new IllegalArgumentException("not in a box: " + path);
        }
      }
    }

    PathTree build(Match[] matches, Shared shared) {
      return new PathTree(matches, anyPath.build(shared), root.build(shared));
    }
  }

  private static final class NodeBuilder {
    private static final byte[] NOTHING = {};

    final Place.Builder exact = new Place.Builder();
    final Place.Builder under = new Place.Builder();
    final Place.Builder below = new Place.Builder();
    private final Map<String, NodeBuilder> children = new HashMap<>();
    private @Nullable NodeBuilder wild;

    NodeBuilder at(String path) {
      NodeBuilder node = this;
      for (int at = 0; at < path.length(); ) {
        int slash = path.indexOf('/', at + 1);
        int end = slash < 0 ? path.length() : slash;
        node = node.child(path.substring(at + 1, end));
        at = end;
      }
      return node;
    }

    NodeBuilder at(PathTemplate template) {
      NodeBuilder node = this;
      for (var segment : template.segments()) {
        node =
            switch (segment) {
              case PathTemplate.Segment.Literal(var text) -> node.child(text);
              case PathTemplate.Segment.Capture _ -> node.wild();
            };
      }
      return node;
    }

    private NodeBuilder child(String segment) {
      return children.computeIfAbsent(segment, _ -> new NodeBuilder());
    }

    private NodeBuilder wild() {
      if (wild == null) {
        wild = new NodeBuilder();
      }
      return wild;
    }

    private static String text(byte[] bytes) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    Node build(Shared shared) {
      var exact = this.exact.build(shared);
      var under = this.under.build(shared);
      var below = this.below.build(shared);
      var wild = this.wild == null ? null : this.wild.build(shared);
      int[] first = {Math.min(exact.first, Math.min(under.first, below.first))};
      if (wild != null) {
        first[0] = Math.min(first[0], wild.first);
      }
      ByteMap<Node> built =
          ByteMap.of(
              children,
              child -> {
                var node = child.build(shared);
                first[0] = Math.min(first[0], node.first);
                return node;
              },
              shared);
      if (wild == null
          && children.size() == 1
          && exact.isEmpty()
          && under.isEmpty()
          && below.isEmpty()) {
        var name = children.keySet().iterator().next();
        var only = built.only();
        var skip = ('/' + name + text(only.skip)).getBytes(StandardCharsets.ISO_8859_1);
        return new Node(
            shared.bytes(skip),
            only.exact,
            only.under,
            only.below,
            only.children,
            only.wild,
            only.first);
      }
      return new Node(NOTHING, exact, under, below, built, wild, first[0]);
    }
  }
}
