package dev.signalbox;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.route.Match;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteTable;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SnapshotBuilderTest {
  @Test
  void aTableThatFindsOtherRoutesThanTheFileSaysIsRefused() {
    var broad = new Route<>("broad", Match.path("/a/**"), 1);
    var exact = new Route<>("exact", Match.path("/a/b"), 2);
    var table = RouteTable.of(List.of(broad, exact));

    assertThatThrownBy(() -> SnapshotBuilder.requireFaithful(table, List.of(exact, broad)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("which is a bug of Signalbox")
        .hasMessageContaining("the compiled table finds broad, the list exact");
    assertThatCode(() -> SnapshotBuilder.requireFaithful(table, List.of(broad, exact)))
        .doesNotThrowAnyException();
  }
}
