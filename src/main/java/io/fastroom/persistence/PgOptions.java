package io.fastroom.persistence;

import io.fastroom.settings.DatabaseTls;
import io.fastroom.settings.DatabaseTls.Mode;
import io.fastroom.settings.DatabaseUrl;
import io.fastroom.settings.DatabaseUrl.Host;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.HashMap;
import java.util.Map;

/** The client's options for a host. The startup message contains nothing that a pooler would refuse. Immutable. */
record PgOptions(DatabaseUrl url, Host host, boolean encrypted, boolean pooled) {
  /** Longer statements would be prepared again each time. */
  private static final int CACHED_SQL = 16_384;

  PgConnectOptions options() {
    Map<String, String> startup = new HashMap<>(Map.of("client_encoding", "utf8", "DateStyle", "ISO",
        "application_name", url.applicationName() == null ? "fastroom" : url.applicationName()));
    if (url.startOptions() != null) {
      startup.put("options", url.startOptions());
    }
    PgConnectOptions options = new PgConnectOptions().setHost(host.name()).setPort(host.port())
        .setDatabase(url.database()).setUser(url.user()).setPassword(url.password()).setProperties(startup)
        .setPipeliningLimit(16).setSslMode(encrypted ? SslMode.REQUIRE : SslMode.DISABLE);
    if (encrypted) {
      options.setSslOptions(tls(url.tls()));
    }
    // Behind a pooler the next statement may go to another server, which does not know the statements prepared before.
    return pooled ? options.setUseLayer7Proxy(true).setCachePreparedStatements(false)
        : options.setCachePreparedStatements(true).setPreparedStatementCacheSqlLimit(CACHED_SQL);
  }

  private static ClientSSLOptions tls(DatabaseTls tls) {
    ClientSSLOptions options = new ClientSSLOptions().setHostnameVerificationAlgorithm("");
    if (tls.identity() != null) {
      options.setKeyCertOptions(KeyCertOptions.wrap(tls.identity()));
    }
    return tls.trust() == null ? options.setTrustAll(true) : options.setTrustOptions(TrustOptions.wrap(tls.trust()));
  }

  /** With or without TLS, in the order in which libpq tries them. */
  static boolean[] ways(DatabaseUrl url, Host host) {
    if (host.isSocket() || url.tls().mode() == Mode.DISABLE) {
      return new boolean[] {false};
    }
    return url.channelBinding() ? new boolean[] {true} : switch (url.tls().mode()) {
      case ALLOW -> new boolean[] {false, true};
      case PREFER -> new boolean[] {true, false};
      default -> new boolean[] {true};
    };
  }
}
