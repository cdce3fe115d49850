package dev.signalbox.analysis.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.route.Match;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearPathsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/asets/a.css       | /assets/a.css (one character)",
        "/assetss           | /assets (one character)",
        "/asstes/x          | /assets/x (one character)",
        "/Assets/x          | /assets/x (letter case)",
        "/login/            | /login (a slash at the end)",
        "/old               | /old/ (a slash at the end)",
        "/login/x           | /login (a segment too many)",
        "/shop/login        | /login (a segment too many)",
        "/api/users/7       | /api/v1/users/7 (a segment too few)",
        "/api/v2/users/7    | /api/v1/users/7 (another segment)",
        "/v1/users/7        | /api/v1/users/7 (a segment too few)",
        "/users/7/post      | /users/7/posts (one character)",
        "/user/7/posts      | /users/7/posts (one character)",
        "/logins/x/y        | ''",
        "/                  | ''",
        "/unlike            | ''",
        "/x/y/z             | ''",
        "/page/2            | ''",
        "/en                | ''",
      })
  void aPathIsNearWhatItWasMeantToBe(String path, String expected) {
    var paths = new NearPaths();
    for (var wanted :
        new String[] {
          "/assets/**",
          "/login",
          "/old/{rest...}",
          "/api/v1/users/{id}",
          "/users/{id}/posts",
          "/page/1",
          "/de",
          "/"
        }) {
      PathShape.of(Match.path(wanted)).forEach(paths::add);
    }
    assertThat(
            paths.near(path).stream()
                .map(near -> near.path() + " (" + near.mistake() + ")")
                .distinct()
                .collect(Collectors.joining(", ")))
        .isEqualTo(expected);
  }
}
