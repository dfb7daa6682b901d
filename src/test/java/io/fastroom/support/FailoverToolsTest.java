package io.fastroom.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** The tools that fail over do fail over, with and without loss. */
@Tag("slow")
class FailoverToolsTest {

  @Test
  void a_standby_that_was_cut_off_lacks_the_last_commits_when_it_is_promoted() throws Exception {
    try (PostgresServer primary = PostgresServer.create(Map.of()); Proxy link = new Proxy(primary.port())) {
      primary.execute("CREATE TABLE t (n int)", "INSERT INTO t VALUES (1)");
      try (PostgresServer standby = primary.standby("standby", link.port()); Proxy door = new Proxy(primary.port())) {
        primary.awaitStandby("standby");
        assertThat(standby.ask("SELECT count(*) FROM t")).isEqualTo("1");
        link.shut();
        primary.execute("INSERT INTO t VALUES (2)");
        primary.kill9();
        standby.promote();
        door.turnTo(standby.port());
        standby.execute("INSERT INTO t VALUES (3)");
        assertThat(standby.ask("SELECT string_agg(n::text, ',' ORDER BY n) FROM t")).isEqualTo("1,3");
        try (var through = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + door.port() + "/postgres",
            "postgres", "")) {
          assertThat(through.isValid(2)).isTrue();
        }
        primary.start();
        assertThat(primary.ask("SELECT string_agg(n::text, ',' ORDER BY n) FROM t")).isEqualTo("1,2");
      }
    }
  }

  @Test
  void a_synchronous_standby_holds_commits_up_until_it_has_them() throws Exception {
    try (PostgresServer primary = PostgresServer.create(Map.of()); Proxy link = new Proxy(primary.port())) {
      primary.execute("CREATE TABLE t (n int)");
      try (PostgresServer standby = primary.standby("standby", link.port())) {
        primary.configure(Map.of("synchronous_standby_names", "standby"));
        primary.reload();
        Until.holds("it is synchronous", () -> "standby".equals(primary.ask("SHOW synchronous_standby_names")));
        primary.execute("INSERT INTO t VALUES (1)");
        link.shut();
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> primary.execute("INSERT INTO t VALUES (2)"));
        assertThatThrownBy(() -> second.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        link.heal();
        second.get(30, TimeUnit.SECONDS);
        assertThat(standby.ask("SELECT count(*) FROM t")).isEqualTo("2");
        standby.freeze();
        CompletableFuture<Void> third = CompletableFuture.runAsync(() -> primary.execute("INSERT INTO t VALUES (3)"));
        assertThatThrownBy(() -> third.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        standby.thaw();
        third.get(30, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void a_bouncer_in_between_serves_restarts_and_knows_its_modes() throws Exception {
    Postgres postgres = Backends.postgres();
    for (PgBouncer.Mode mode : PgBouncer.Mode.values()) {
      try (PgBouncer bouncer = new PgBouncer(mode, postgres.port(), "extra_float_digits")) {
        bouncer.restart();
        try (var connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + bouncer.port() + "/postgres",
            "postgres", ""); var statement = connection.createStatement()) {
          assertThat(statement.execute("SELECT 1")).isTrue();
        }
      }
    }
  }

  @Test
  void a_redis_is_demoted_and_promoted() {
    try (RedisProcess one = new RedisProcess(); RedisProcess two = new RedisProcess()) {
      two.follow(one);
      two.awaitFollowing();
      one.call(jedis -> jedis.set("kept", "1"));
      Until.holds("the replica has it", () -> "1".equals(two.<String>call(jedis -> jedis.get("kept"))));
      assertThatThrownBy(() -> two.call(jedis -> jedis.set("kept", "2"))).isInstanceOf(JedisException.class)
          .hasMessageContaining("READONLY");
      two.promote();
      one.follow(two);
      two.call(jedis -> jedis.set("kept", "2"));
      assertThatThrownBy(() -> one.call(jedis -> jedis.set("kept", "3"))).hasMessageContaining("READONLY");
    }
  }

  @Test
  void a_road_is_shut_and_led_elsewhere() throws Exception {
    RedisProcess here = Backends.redis();
    try (RedisProcess there = new RedisProcess(); Proxy road = new Proxy(here.port());
         Jedis open = new Jedis("127.0.0.1", road.port(), 2_000)) {
      assertThat(open.ping()).isEqualTo("PONG");
      road.shut();
      assertThatThrownBy(open::ping).isInstanceOf(JedisException.class);
      assertThatThrownBy(() -> ping(road)).isInstanceOf(JedisException.class);
      road.heal();
      assertThat(ping(road)).isEqualTo("PONG");
      there.call(jedis -> jedis.set("where", "there"));
      road.turnTo(there.port());
      try (Jedis fresh = new Jedis("127.0.0.1", road.port(), 2_000)) {
        assertThat(fresh.get("where")).isEqualTo("there");
        assertThat(road.connections()).isEqualTo(1);
      }
    }
  }

  private static String ping(Proxy road) {
    try (Jedis fresh = new Jedis("127.0.0.1", road.port(), 2_000)) {
      return fresh.ping();
    }
  }
}
