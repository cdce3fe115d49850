package dev.signalbox.proxy;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.GrpcStatus;
import java.util.Arrays;
import java.util.List;

/**
 * What a route does about gRPC. Immutable.
 *
 * @param retry the statuses that an endpoint may answer with and another be asked
 * @param isWeb whether gRPC-Web is translated
 */
public record GrpcOptions(List<GrpcStatus> retry, boolean isWeb) {
  private static final GrpcStatus[] FAILED =
      Arrays.stream(GrpcStatus.values())
          .filter(status -> status != GrpcStatus.OK)
          .toArray(GrpcStatus[]::new);

  /** {@code retry} of a route. */
  static final Shape<List<GrpcStatus>> RETRY =
      ObjectShape.of(
          "What is tried again, beside what is known to be harmless.",
          keys -> {
            var grpcStatus =
                keys.optional(
                    "grpc-status",
                    Shapes.distinct(Shapes.choice(FAILED), GrpcStatus::word, "each status once"),
                    "[]",
                    "The gRPC statuses on which another endpoint is asked, at most twice, where"
                        + " the answer was nothing else and the request is still at hand. Any"
                        + " call of the route may then be carried out twice.");
            return values -> values.get(grpcStatus);
          });

  public GrpcOptions {
    retry = List.copyOf(retry);
  }
}
