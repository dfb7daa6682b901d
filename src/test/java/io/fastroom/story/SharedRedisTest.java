package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Postgres;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;

/** Two deployments, each with a database of its own and the same secret, on one Redis. */
class SharedRedisTest extends Story {
  private static RedisProcess redis;
  private static Postgres production;
  private static Postgres staging;

  @BeforeAll
  static void start() {
    redis = new RedisProcess();
    production = new Postgres();
    staging = new Postgres();
  }

  @AfterAll
  static void stop() {
    staging.close();
    production.close();
    redis.close();
  }

  @ParameterizedTest
  @CsvSource({"0,,1,", "1,,2,", "0,,0,staging", "0,one,0,two", "3,same,4,same", "0,a,0,a:b"})
  void with_names_or_databases_of_their_own_never_hear_each_other(int db, String name, int otherDb, String otherName) {
    redis.call(Jedis::flushAll);
    try (NodeProcess one = node(production, db, name); NodeProcess two = node(staging, otherDb, otherName)) {
      NodeProcess.start(one, two);
      Person alice = Person.register(one, "alice");
      Person bob = Person.register(two, "bob");
      RoomRef here = alice.createRoom(one, "general", false);
      RoomRef there = bob.createRoom(two, "general", false);
      Ws a = inRoom(alice, one, here);
      Ws b = inRoom(bob, two, there);
      Ws witness = inRoom(Person.register(two, "witness"), two, there);
      a.mark();
      b.send("typing", "room", "general", "isTyping", true);
      for (int i = 0; i < 5; i++) {
        b.chat("general", "staging " + i);
      }
      witness.await("typing", type("typing"));
      witness.close();
      b.await("the witness goes", f -> Ws.type(f, "presence_diff") && f.containsKey("leave"));
      a.chat("general", "production");
      a.await("the own chat", chat("production"));
      assertThat(a.seen()).extracting(f -> f.getString("type")).containsOnly("chat");
      assertThat(a.seen()).extracting(f -> f.getString("message")).containsExactly("production");
      assertThat(a.join("general").users()).containsExactly(alice.name());
      alice.on(one).delete(here.path()).expect(204);
      bob.on(two).delete(there.path()).expect(204);
    }
  }

  @Test
  void with_the_same_names_the_later_one_does_not_start_and_does_when_the_other_has_gone() {
    redis.call(Jedis::flushAll);
    try (NodeProcess one = node(production, 0, null).start()) {
      NodeProcess two = new NodeProcess(staging.url(), url(0), Map.of());
      two.launch();
      assertThat(two.awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
      assertThat(two.log()).contains("REDIS_NAMESPACE");
      assertThat(two.log().lines().filter(line -> line.startsWith("FastRoom: ")).count()).isEqualTo(1);
      assertThat(two.log()).doesNotContain("Exception").doesNotContain("redis connection");
      try (NodeProcess another = node(production, 0, null).start()) {
        one.kill9();
        another.kill9();
      }
      Until.holds("the lease ends by itself", Duration.ofSeconds(100), () -> {
        two.launch();
        try {
          two.awaitServing(Duration.ofSeconds(60));
          return true;
        } catch (AssertionError refused) {
          return false;
        }
      });
      two.close();
    }
  }

  private static NodeProcess node(Postgres postgres, int db, String name) {
    return new NodeProcess(postgres.url(), url(db), name == null ? Map.of() : Map.of("REDIS_NAMESPACE", name));
  }

  private static String url(int db) {
    return "redis://127.0.0.1:" + redis.port() + "/" + db;
  }
}
