package io.fastroom.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** The tools that break things do break them. */
@Tag("slow")
class BackendsTest {

  @Test
  void postgres_freezes_under_open_connections_and_keeps_its_data_over_a_restart() throws Exception {
    try (Postgres postgres = new Postgres()) {
      try (Connection connection = postgres.connect(); Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE kept AS SELECT 42 AS answer");
        postgres.freeze();
        CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> answer(statement));
        assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        postgres.thaw();
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo(42);
      }
      postgres.stop();
      assertThatThrownBy(postgres::connect).isInstanceOf(SQLException.class);
      postgres.start();
      try (Connection connection = postgres.connect(); Statement statement = connection.createStatement()) {
        assertThat(answer(statement)).isEqualTo(42);
      }
    }
  }

  private static int answer(Statement statement) {
    try (ResultSet result = statement.executeQuery("SELECT answer FROM kept")) {
      result.next();
      return result.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void redis_dies_comes_back_with_or_without_its_data_and_freezes() throws Exception {
    try (RedisProcess redis = new RedisProcess()) {
      redis.call(jedis -> jedis.set("kept", "1"));
      redis.kill9();
      assertThatThrownBy(() -> redis.call(Jedis::ping)).isInstanceOf(JedisException.class);
      redis.start(true);
      assertThat(redis.<String>call(jedis -> jedis.get("kept"))).isEqualTo("1");
      redis.restart(false);
      assertThat(redis.<String>call(jedis -> jedis.get("kept"))).isNull();
      redis.freeze();
      CompletableFuture<String> pong = CompletableFuture.supplyAsync(() -> redis.call(Jedis::ping));
      assertThatThrownBy(() -> pong.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
      redis.thaw();
      assertThat(pong.get(5, TimeUnit.SECONDS)).isEqualTo("PONG");
    }
  }

  @Test
  void a_proxy_swallows_and_heals() throws Exception {
    RedisProcess redis = Backends.redis();
    try (Proxy proxy = new Proxy(redis.port()); Jedis open = new Jedis("127.0.0.1", proxy.port(), 400)) {
      assertThat(open.ping()).isEqualTo("PONG");
      proxy.blackHole();
      assertThatThrownBy(open::ping).isInstanceOf(JedisException.class).hasMessageContaining("timed out");
      proxy.heal();
      try (Jedis fresh = new Jedis("127.0.0.1", proxy.port(), 2_000)) {
        assertThat(fresh.ping()).isEqualTo("PONG");
      }
    }
  }
}
