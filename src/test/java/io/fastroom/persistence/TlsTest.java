package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.settings.DatabaseUrl;
import io.fastroom.support.PostgresServer;
import io.fastroom.support.TestCertificates;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A PostgreSQL with TLS, whose certificate bears the name localhost and not 127.0.0.1. */
@Tag("slow")
class TlsTest {
  private static final String SSL = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
  private static final Vertx VERTX = Vertx.vertx();
  private static TestCertificates files;
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    files = new TestCertificates();
    files.sign("server", "localhost", "DNS:localhost");
    files.sign("client", "postgres", null);
    files.run("rsa", "-in", files.path("client.key"), "-traditional", "-out", files.path("pkcs1.key"));
    files.run("pkcs8", "-topk8", "-in", files.path("client.key"), "-passout", "pass:hush", "-out", files.path("locked.key"));
    files.run("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", "-in", files.path("client.key"), "-out",
        files.path("pkcs8.der"));
    files.run("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", files.path("sec1.key"));
    files.run("req", "-new", "-key", files.path("sec1.key"), "-subj", "/CN=postgres", "-out", files.path("sec1.csr"));
    files.run("x509", "-req", "-in", files.path("sec1.csr"), "-CA", files.path("ca.crt"), "-CAkey", files.path("ca.key"),
        "-CAcreateserial", "-days", "2", "-out", files.path("sec1.crt"));
    files.run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=another", "-keyout",
        files.path("other.key"), "-out", files.path("other.crt"));
    server = PostgresServer.create(Map.of("ssl", "on", "ssl_cert_file", files.path("server.crt"), "ssl_key_file",
        files.path("server.key"), "ssl_ca_file", files.path("ca.crt")));
  }

  @AfterAll
  static void stop() {
    server.close();
    VERTX.close().await();
  }

  private static String url(String host, String parameters) {
    return PostgresServer.url(host + ":" + server.port(), "postgres?" + parameters).replace("=CA",
        "=" + files.path("ca.crt"))
        .replace("=OTHER", "=" + files.path("other.crt")).replace("DIR", files.path(""));
  }

  /** Whether the migrations' connection, and that of the pool, are encrypted; they must be of one mind. */
  private static boolean encrypted(String url) throws SQLException {
    Database pool = new Database(VERTX, DatabaseUrl.parse(url), 1, "tls");
    try (Connection connection = new Jdbc(DatabaseUrl.parse(url)).connect(5_000);
         ResultSet row = connection.createStatement().executeQuery(SSL)) {
      row.next();
      boolean jdbc = row.getBoolean(1);
      assertThat(pool.query(SSL, Tuple.tuple()).map(rows -> Rows.first(rows).getBoolean(0)).await()).isEqualTo(jdbc);
      return jdbc;
    } finally {
      pool.close().await();
    }
  }

  /** What both say who may not come in; the migrations at once, also where a minute of waiting was allowed. */
  private static String refused(String url) {
    Database pool = new Database(VERTX, DatabaseUrl.parse(url), 1, "tls");
    try {
      assertThat(pool.query(SSL, Tuple.tuple()).map(rows -> "in").otherwise("refused").await()).isEqualTo("refused");
      long begin = System.nanoTime();
      String said = new Migrations(VERTX, url).status().map(in -> "in").otherwise(Throwable::getMessage).await();
      assertThat(System.nanoTime() - begin).isLessThan(10_000_000_000L);
      assertThat(said).isNotEqualTo("in").doesNotContain("\n").doesNotContain("pass word");
      return said;
    } finally {
      pool.close().await();
    }
  }

  @ParameterizedTest
  @CsvSource({"host, '', true", "host, sslmode=disable, false", "host, sslmode=allow, false", "host, sslmode=prefer, true",
      "host, sslmode=require, true", "hostssl, sslmode=allow, true", "hostssl, sslmode=prefer, true", "hostssl, '', true",
      "hostnossl, sslmode=allow, false", "hostnossl, sslmode=prefer, false", "hostnossl, '', false",
      "hostssl, sslmode=require&sslrootcert=CA, true", "hostssl, sslmode=verify-ca&sslrootcert=CA, true",
      "hostssl, sslmode=require&channel_binding=require, true", "host, channel_binding=require, true",
      "hostssl, sslmode=prefer&sslrootcert=OTHER, true"})
  void goes_as_libpq_does(String line, String parameters, boolean encrypted) throws SQLException {
    server.hba(line + " all all 127.0.0.1/32 scram-sha-256", "local all all trust");
    assertThat(encrypted(url("127.0.0.1", parameters))).isEqualTo(encrypted);
  }

  @ParameterizedTest
  @CsvSource({"hostssl, 127.0.0.1, sslmode=disable, no encryption", "hostnossl, 127.0.0.1, sslmode=require, hba",
      "hostssl, 127.0.0.1, sslmode=require&sslrootcert=OTHER, ''",
          "hostssl, 127.0.0.1, sslmode=verify-ca&sslrootcert=OTHER, ''",
      "hostssl, localhost, sslmode=verify-full&sslrootcert=OTHER, ''", "hostssl, localhost, sslmode=verify-ca, ''",
      "hostssl, 127.0.0.1, sslmode=verify-full&sslrootcert=CA, the name 127.0.0.1",
          "hostssl, localhost, sslrootcert=system, ''"})
  void refuses_as_libpq_does_and_at_once(String line, String host, String parameters, String words) {
    server.hba(line + " all all 127.0.0.1/32 scram-sha-256");
    assertThat(refused(url(host, parameters))).contains(words);
  }

  @Test
  void the_name_of_the_server_is_verified() throws SQLException {
    server.hba("hostssl all all 127.0.0.1/32 scram-sha-256");
    assertThat(encrypted(url("localhost", "sslmode=verify-full&sslrootcert=CA"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sslcert=DIR/client.crt&sslkey=DIR/client.key", "sslcert=DIR/client.crt&sslkey=DIR/pkcs1.key",
      "sslcert=DIR/client.crt&sslkey=DIR/locked.key&sslpassword=hush", "sslcert=DIR/client.crt&sslkey=DIR/pkcs8.der",
      "sslcert=DIR/sec1.crt&sslkey=DIR/sec1.key"})
  void a_client_shows_its_certificate(String parameters) throws SQLException {
    server.hba("hostssl all all 127.0.0.1/32 cert");
    assertThat(encrypted(url("127.0.0.1", "sslmode=require&" + parameters))).isTrue();
    assertThat(encrypted(url("localhost", "sslmode=verify-full&sslrootcert=CA&" + parameters))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sslmode=require", "sslcert=DIR/other.crt&sslkey=DIR/other.key"})
  void without_the_right_one_it_is_refused_at_once(String parameters) {
    server.hba("hostssl all all 127.0.0.1/32 cert");
    assertThat(refused(url("127.0.0.1", "sslmode=require&" + parameters))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sslcert=DIR/client.crt&sslkey=DIR/other.key", "sslcert=DIR/client.crt&sslkey=DIR/sec1.key",
      "sslcert=DIR/client.crt&sslkey=DIR/locked.key", "sslcert=DIR/client.crt&sslkey=DIR/locked.key&sslpassword=wrong",
      "sslcert=DIR/client.key&sslkey=DIR/client.key", "sslcert=DIR/client.crt&sslkey=DIR/client.crt",
      "sslrootcert=DIR/client.key", "sslrootcert=DIR/missing"})
  void files_that_do_not_fit_are_refused_before_anybody_is_asked(String parameters) {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> DatabaseUrl.parse(url("127.0.0.1", parameters)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("ssl").message().doesNotContain("wrong");
  }

  @Test
  void a_unix_socket_has_no_tls() throws SQLException {
    assertThat(encrypted("postgresql://postgres@" + server.folder().toString().replace("/", "%2F") + ":" + server.port()
        + "/postgres?sslmode=require")).isFalse();
  }
}
