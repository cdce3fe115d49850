package dev.signalbox.net.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The authorities that this machine trusts. Reading them takes a while and some memory. */
final class Roots {
  private Roots() {}

  /** Those of Java's own store; none where it has none. */
  static List<X509Certificate> ofThisMachine() {
    var roots = new ArrayList<X509Certificate>();
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      @Nullable KeyStore own = null;
      factory.init(own);
      for (var manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager trust) {
          roots.addAll(List.of(trust.getAcceptedIssuers()));
        }
      }
    } catch (GeneralSecurityException _) {
      return List.of();
    }
    return roots;
  }
}
