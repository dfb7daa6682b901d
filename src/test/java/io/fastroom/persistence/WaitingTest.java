package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Room;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.ListRooms;
import io.fastroom.persistence.PersistenceApi.Ping;
import io.fastroom.support.Ports;
import io.fastroom.support.PostgresServer;
import io.fastroom.support.Proxy;
import io.fastroom.support.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Servers that are not there yet, or not there any more, and those that say no. */
@Tag("slow")
class WaitingTest {
  private static final Vertx VERTX = Vertx.vertx();

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private static String failure(String url, long waitMillis) {
    return new Migrations(VERTX, url, waitMillis).status().map(in -> "in").otherwise(Throwable::getMessage).await();
  }

  @Test
  void who_says_no_is_not_asked_again() {
    try (PostgresServer server = PostgresServer.create(Map.of())) {
      server.hba("host all all 127.0.0.1/32 scram-sha-256");
      String at = "127.0.0.1:" + server.port();
      long begin = System.nanoTime();

      assertThat(failure("postgresql://postgres:wrong@" + at + "/postgres",
          60_000)).contains("password authentication failed");
      assertThat(failure("postgresql://nobody:x@" + at + "/postgres", 60_000)).contains("authentication failed");
      assertThat(failure("postgresql://postgres@" + at + "/postgres", 60_000)).contains("password");
      assertThat(failure(PostgresServer.url(at, "missing"), 60_000)).contains("database \"missing\" does not exist");
      assertThat(failure(PostgresServer.url(at, "postgres?options=-cserch_path%3Dx"), 60_000)).contains("serch_path");
      assertThat(failure(PostgresServer.url(at, "postgres?sslmode=require"), 60_000)).contains("SSL");
      assertThat(System.nanoTime() - begin).isLessThan(20_000_000_000L);
      assertThat(failure(PostgresServer.url(at, "postgres?options=-csearch_path%3Dx"), 60_000)).isNotEqualTo("in");
    }
  }

  @Test
  void who_is_full_or_not_there_is_waited_for() throws Exception {
    try (PostgresServer server = PostgresServer.create(Map.of("max_connections", "8", "max_wal_senders", "0",
        "superuser_reserved_connections", "0"))) {
      List<Connection> crowd = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        crowd.add(server.connect());
      }
      assertThat(failure(server.url(), 600)).contains("too many clients").contains("53300");
      Future<?> up = new Migrations(VERTX, server.url()).up();
      assertThat(VERTX.timer(600).map(up.isComplete()).await()).isFalse();
      for (Connection one : crowd) {
        one.close();
      }
      up.await();

      server.stop();
      Future<?> status = new Migrations(VERTX, server.url()).status();
      assertThat(failure(server.url(), 300)).contains("refused");
      server.start();
      status.await();
    }
  }

  @Test
  void who_cannot_be_reached_is_given_up_in_time() {
    long begin = System.nanoTime();
    try (Proxy road = new Proxy(1)) {
      road.blackHole();
      assertThat(failure("postgresql://u@127.0.0.1:" + road.port() + "/d", 3_000)).isNotEqualTo("in");
    }
    assertThat(failure("postgresql://u@127.0.0.1:1,127.0.0.1:2/d", 1_000)).contains("refused");
    assertThat(failure("postgresql://u@nowhere.invalid/d", 1_000)).contains("nowhere.invalid");
    assertThat(System.nanoTime() - begin).isLessThan(15_000_000_000L);
  }

  @Test
  void the_primary_is_found_again_among_the_hosts() {
    try (PostgresServer primary = PostgresServer.create(Map.of("synchronous_standby_names", "two"));
         PostgresServer standby = primary.standby("two", primary.port());
         Proxy nobody = new Proxy(Ports.free())) {
      String hosts = "127.0.0.1:" + standby.port() + ",127.0.0.1:" + primary.port();
      String url = "postgresql://postgres@" + hosts + "/postgres";
      assertThat(failure("postgresql://postgres@127.0.0.1:" + standby.port() + "/postgres", 500)).contains("standby");
      new Migrations(VERTX, url).up().await();
      try (TestNode node = new TestNode(url, url + "?target_session_attrs=prefer-standby")) {
        User alice = node.user();
        Room room = node.room(alice);
        node.chat(room, alice, "before");
        primary.awaitStandby("two");
        assertThat(node.ask(PersistenceApi.LIST_ROOMS, new ListRooms(alice.id(), 50, 0, false, null, false,
            null)).total()).isEqualTo(1);

        primary.kill9();
        standby.execute("ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()");
        assertThat(node.refusal(PersistenceApi.PING, new Ping())).isNotNull();
        standby.promote();
        Until.holds("the new primary is found", Duration.ofSeconds(5),
            () -> node.append(room, alice, "after", "after").map(done -> true).otherwise(false).await());

        assertThat(node.log(room)).hasSize(2);
      }
    }
  }

  @Test
  void a_host_that_swallows_everything_does_not_hide_the_next() {
    try (PostgresServer server = PostgresServer.create(Map.of()); Proxy road = new Proxy(server.port())) {
      new Migrations(VERTX, server.url()).up().await();
      road.blackHole();
      String url = "postgresql://postgres@127.0.0.1:" + road.port() + ",127.0.0.1:" + server.port() + "/postgres";
      new Migrations(VERTX, url, 10_000).up().await();
      try (TestNode node = new TestNode(url)) {
        node.user();
      }
    }
  }

  @Test
  void a_server_that_was_demoted_is_left() {
    try (PostgresServer server = PostgresServer.create(Map.of())) {
      new Migrations(VERTX, server.url()).up().await();
      try (TestNode node = new TestNode(server.url())) {
        User alice = node.user();
        Room room = node.room(alice);
        server.execute("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
        Until.holds("it is not written to", () -> !node.append(room, alice, "no", null).map(done -> true)
            .otherwise(false).await());
        server.execute("SET default_transaction_read_only = off", "ALTER SYSTEM SET default_transaction_read_only = off",
            "SELECT pg_reload_conf()");
        Until.holds("it is written to again", () -> node.append(room, alice, "yes", "yes").map(done -> true)
            .otherwise(false).await());
      }
    }
  }
}
