package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceClassTest {
  /** What browsers, apps and programs really send; one class and agent a line. */
  private static final String AGENTS =
      """
      desktop Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36
      desktop Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.81
      desktop Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0
      desktop Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15
      desktop Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0
      desktop Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 OPR/111.0.0.0
      desktop Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36
      desktop Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0
      desktop Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36
      desktop Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; SLCC2; Tablet PC 2.0; rv:11.0) like Gecko
      desktop Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; .NET CLR 2.0.50727; Tablet PC 2.0)
      desktop Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18
      desktop Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/538.1 (KHTML, like Gecko) Version/6.0 TV Safari/538.1
      desktop Mozilla/5.0 (Linux; Android 9; BRAVIA 4K UR2 Build/PTT1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0.0.0 Safari/537.36
      desktop Mozilla/5.0 (Linux; Android 7.1.2; AFTT Build/NS6265; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/70.0.3538.110 Mobile Safari/537.36
      desktop Mozilla/5.0 (PlayStation; PlayStation 5/6.50) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Safari/605.1.15
      mobile Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1
      mobile Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1
      mobile Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/127.0 Mobile/15E148 Safari/605.1.15
      mobile Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1
      mobile Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36
      mobile Mozilla/5.0 (Linux; Android 14; Pixel 8 Pro) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.71 Mobile Safari/537.36
      mobile Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36
      mobile Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0
      mobile Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36
      mobile Mozilla/5.0 (Linux; U; Android 12; de-de; Redmi Note 9 Pro Build/SKQ1) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/112.0 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.9
      mobile Mozilla/5.0 (Linux; Android 13; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/470.0;]
      mobile Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15063
      mobile Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0; ARM; Touch; NOKIA; Lumia 920)
      mobile Mozilla/5.0 (BB10; Touch) AppleWebKit/537.10+ (KHTML, like Gecko) Version/10.0.9.2372 Mobile Safari/537.10+
      mobile Mozilla/5.0 (BlackBerry; U; BlackBerry 9900; en) AppleWebKit/534.11+ (KHTML, like Gecko) Version/7.1.0.346 Mobile Safari/534.11+
      mobile Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16
      mobile Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/29.3417; U; en) Presto/2.8.119 Version/11.10
      mobile Mozilla/5.0 (Mobile; Nokia 8110 4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5
      mobile Mozilla/5.0 (SymbianOS/9.4; Series60/5.0 NokiaN97-1/20.0.019) AppleWebKit/525 (KHTML, like Gecko) BrowserNG/7.1.18124
      mobile Dalvik/2.1.0 (Linux; U; Android 13; Pixel 6 Build/TQ3A.230805.001)
      mobile Shop/42 CFNetwork/1496.0.7 Darwin/23.5.0
      tablet Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1
      tablet Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1
      tablet Mozilla/5.0 (Linux; Android 13; SM-X906C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36
      tablet Mozilla/5.0 (Linux; Android 9; SM-T510) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/14.2 Chrome/87.0.4280.141 Safari/537.36
      tablet Mozilla/5.0 (Android 14; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0
      tablet Mozilla/5.0 (Linux; Android 7.0; Pixel C Build/NRD90M; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/52.0.2743.98 Safari/537.36
      tablet Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/120.3.2 like Chrome/120.0.6099.230 Safari/537.36
      tablet Mozilla/5.0 (X11; U; Linux armv7l like Android; en-us) AppleWebKit/531.2+ (KHTML, like Gecko) Version/5.0 Safari/533.2+ Kindle/3.0+
      tablet Mozilla/5.0 (PlayBook; U; RIM Tablet OS 2.1.0; en-US) AppleWebKit/536.2+ (KHTML, like Gecko) Version/7.2.1.0 Safari/536.2+
      bot Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
      bot Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.61 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
      bot Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36
      bot Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)
      bot Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)
      bot Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)
      bot Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.1; +https://openai.com/gptbot)
      bot Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)
      bot facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
      bot Mediapartners-Google
      bot Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36
      bot curl/8.5.0
      bot Wget/1.21.4
      bot python-requests/2.32.3
      bot Go-http-client/2.0
      bot Java/17.0.11
      bot okhttp/4.12.0
      bot Apache-HttpClient/5.3 (Java/21)
      bot PostmanRuntime/7.39.0
      bot node
      """;

  static Stream<String> agents() {
    return AGENTS.lines();
  }

  private static DeviceClass of(String... lines) {
    return DeviceClass.of(Asked.with(lines).head().headers());
  }

  @ParameterizedTest
  @MethodSource("agents")
  void theAgentTellsTheDevice(String line) {
    int space = line.indexOf(' ');
    assertThat(of("User-Agent: " + line.substring(space + 1)).name())
        .isEqualToIgnoringCase(line.substring(0, space));
  }

  @Test
  void thereAreManyAgents() {
    assertThat(agents()).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "?1, Android, MOBILE",
    "?0, Android, TABLET",
    "?0, Windows, DESKTOP",
    "?0, macOS, DESKTOP",
    "?0, Chrome OS, DESKTOP",
    "?0, Linux, DESKTOP",
  })
  void clientHintsComeBeforeTheAgentsWords(String mobile, String platform, DeviceClass device) {
    for (var agent : List.of("Mozilla/5.0 (iPad)", "Mozilla/5.0 (X11; Linux x86_64)")) {
      assertThat(
              of(
                  "Sec-CH-UA-Mobile: " + mobile,
                  "Sec-CH-UA-Platform: \"" + platform + '"',
                  "User-Agent: " + agent))
          .isEqualTo(device);
    }
  }

  @Test
  void aFormFactorIsTheMostExactHint() {
    assertThat(of("Sec-CH-UA-Mobile: ?0", "Sec-CH-UA-Form-Factors: \"Tablet\"", "User-Agent: x"))
        .isEqualTo(DeviceClass.TABLET);
    assertThat(of("Sec-CH-UA-Mobile: ?0", "Sec-CH-UA-Form-Factors: \"Mobile\", \"XR\""))
        .isEqualTo(DeviceClass.MOBILE);
    assertThat(of("Sec-CH-UA-Mobile: ?0", "Sec-CH-UA-Form-Factors: \"Desktop\""))
        .isEqualTo(DeviceClass.DESKTOP);
  }

  @Test
  void aProgramIsABotWhateverItsHintsSay() {
    assertThat(of("Sec-CH-UA-Mobile: ?1", "User-Agent: Googlebot/2.1")).isEqualTo(DeviceClass.BOT);
  }

  @Test
  void hintsThatAreNoneAreNotBelieved() {
    assertThat(of("Sec-CH-UA-Mobile: yes", "User-Agent: Mozilla/5.0 (X11)"))
        .isEqualTo(DeviceClass.DESKTOP);
  }

  @Test
  void whoSaysNothingIsAProgram() {
    assertThat(of()).isEqualTo(DeviceClass.BOT);
    assertThat(of("User-Agent:")).isEqualTo(DeviceClass.BOT);
  }

  @Test
  void aWordInsideAWordIsAnotherWord() {
    assertThat(of("User-Agent: Mozilla/5.0 (X11; Linux) botanic/1.0"))
        .isEqualTo(DeviceClass.DESKTOP);
    assertThat(of("User-Agent: Mozilla/5.0 (X11; Linux) \u00e4\u00ff"))
        .isEqualTo(DeviceClass.DESKTOP);
  }

  @Test
  void oneOfSeveralClassesIsEnough() {
    var handheld = new DeviceIs(Set.of(DeviceClass.TABLET, DeviceClass.MOBILE));
    assertThat(handheld.matches(Asked.with("Sec-CH-UA-Mobile: ?1"))).isTrue();
    assertThat(handheld.matches(Asked.with("User-Agent: curl/8.5.0"))).isFalse();
    assertThat(handheld).hasToString("device mobile or tablet");
    assertThat(handheld.actual(Asked.with("User-Agent: curl/8.5.0"))).isEqualTo("bot");
  }

  @Test
  void itAllocatesNothing() {
    var requests =
        agents().map(line -> Asked.with("User-Agent: " + line).head().headers()).toList();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int mobiles = 0;
    for (int round = 0; round < 200; round++) { // warm
      for (int i = 0; i < requests.size(); i++) {
        mobiles += DeviceClass.of(requests.get(i)) == DeviceClass.MOBILE ? 1 : 0;
      }
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int round = 0; round < 100; round++) {
      for (int i = 0; i < requests.size(); i++) {
        mobiles += DeviceClass.of(requests.get(i)) == DeviceClass.MOBILE ? 1 : 0;
      }
    }
    long perRequest =
        (threads.getCurrentThreadAllocatedBytes() - before) / (100L * requests.size());
    assertThat(mobiles).isPositive();
    assertThat(perRequest).isZero();
  }
}
