package io.fastroom.settings;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import javax.net.ssl.TrustManagerFactory;

/**
 * Where PostgreSQL is, read from a URL: {@code postgresql+asyncpg://}, {@code postgresql://} or {@code postgres://}, with
 * percent-encoded user, password and database, {@code sslmode} (or {@code ssl}) and {@code sslrootcert}. Immutable.
 *
 * @param sslMode of libpq; {@code allow} when none is given: plain, and TLS when the server insists
 * @param rootCertificate path of a PEM file for {@code verify-ca} and {@code verify-full}, null for those Java trusts
 */
public record DatabaseUrl(String host, int port, String database, String user, String password, String sslMode,
                          String rootCertificate) {
  private static final int DEFAULT_PORT = 5432;

  /** @throws IllegalArgumentException saying what is wrong, without the password */
  public static DatabaseUrl parse(String url) {
    String plain = url.replaceFirst("^(postgresql(\\+[a-z0-9]+)?|postgres)://", "postgresql://");
    if (!plain.startsWith("postgresql://")) {
      throw new IllegalArgumentException("a database URL begins with postgresql:// or postgres://");
    }
    URI uri;
    try {
      uri = URI.create(plain);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the database URL is malformed; special characters are percent-encoded");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("the database URL names no host, or has unescaped characters before it");
    }
    String[] account = uri.getRawUserInfo() == null ? new String[] {"postgres"} : uri.getRawUserInfo().split(":", 2);
    String path = uri.getRawPath() == null || uri.getRawPath().length() < 2 ? account[0] : uri.getRawPath().substring(1);
    Map<String, String> query = query(uri.getRawQuery());
    return new DatabaseUrl(uri.getHost().replaceAll("[\\[\\]]", ""), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        decode(path), decode(account[0]), account.length == 1 ? "" : decode(account[1]),
        sslMode(query.getOrDefault("sslmode", query.getOrDefault("ssl", "allow"))), query.get("sslrootcert"));
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new HashMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], parts.length == 1 ? "" : decode(parts[1]));
    }
    return query;
  }

  private static String sslMode(String given) {
    return SslMode.of(switch (given) {
      case "true" -> "require";
      case "false" -> "disable";
      default -> given;
    }).name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  private static String decode(String encoded) {
    return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private boolean verifies() {
    return sslMode.startsWith("verify");
  }

  /** For queries: statements are prepared once, and nothing waits for ever in the server. */
  public PgConnectOptions options() {
    return new PgConnectOptions().setHost(host).setPort(port).setDatabase(database).setUser(user).setPassword(password)
        .setSslMode(SslMode.of(sslMode)).setSslOptions(tls())
        .setCachePreparedStatements(true).setPreparedStatementCacheSqlLimit(16_384).setPipeliningLimit(16)
        .addProperty("application_name", "fastroom")
        .addProperty("statement_timeout", "4500")
        .addProperty("lock_timeout", "4000")
        .addProperty("idle_in_transaction_session_timeout", "5000");
  }

  private ClientSSLOptions tls() {
    ClientSSLOptions tls = new ClientSSLOptions().setTrustAll(!verifies());
    if (verifies()) {
      tls.setTrustOptions(trusted());
    }
    return sslMode.equals("verify-full") ? tls.setHostnameVerificationAlgorithm("HTTPS") : tls;
  }

  private TrustOptions trusted() {
    if (rootCertificate != null) {
      return new PemTrustOptions().addCertPath(rootCertificate);
    }
    try {
      TrustManagerFactory java = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      java.init((KeyStore) null);
      return TrustOptions.wrap(java);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For migrations, which go through JDBC; user and password are in {@link #jdbcProperties}. */
  public String jdbcUrl() {
    String at = host.contains(":") ? "[" + host + "]" : host;
    return "jdbc:postgresql://" + at + ":" + port + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
  }

  public Properties jdbcProperties() {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("sslmode", sslMode);
    properties.setProperty("ApplicationName", "fastroom-migrations");
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("tcpKeepAlive", "true");
    if (rootCertificate != null) {
      properties.setProperty("sslrootcert", rootCertificate);
    } else if (verifies()) {
      properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    }
    return properties;
  }

  /** Without the password: it may be logged. */
  @Override
  public String toString() {
    return user + "@" + host + ":" + port + "/" + database;
  }
}
