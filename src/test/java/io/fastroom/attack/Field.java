package io.fastroom.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Crowd;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Postgres;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A node with 512 MiB of heap and the limits that it has by default, twenty accounts that mean harm, and somebody beside
 * them whose life is measured. With {@code -Dfastroom.attack.elsewhere=true} they live on another node with other servers:
 * what they suffer there is this machine's part.
 */
final class Field implements AutoCloseable {
  static final int ATTACKERS = 20;
  static final int VICTIMS = 8;
  private static final long CALM_MILLIS = 4_000;
  private static final long SETTLING_MILLIS = 2_000;
  /** What others write meanwhile, in that time. */
  private static final long STILL_BYTES = 1 << 20;
  /** For how long somebody goes on who has not been stopped. */
  private static final long PERSISTENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final int NICE = 10;

  /** 230m is what the container of docker-compose.yml leaves to it. */
  private static final String HEAP = System.getProperty("fastroom.attack.heap", "512m");
  private static final boolean ELSEWHERE = Boolean.getBoolean("fastroom.attack.elsewhere");

  interface Assault {
    void run() throws Exception;
  }

  final NodeProcess node;
  final List<Person> attackers;
  private final Postgres postgres;
  /** Where the victims are, and what only they have. */
  private final NodeProcess home;
  private final Postgres homePostgres;
  private final RedisProcess homeRedis;
  private final Suffering calm;
  private BooleanSupplier met;
  private final Victims victims;
  private int times;

  /** @param settings only such as an attack needs to stay on this machine */
  Field(Postgres postgres, RedisProcess redis, Map<String, String> settings) {
    this.postgres = postgres;
    Map<String, String> all = new HashMap<>(Map.of("REST_WRITE_RATE", "10", "REST_CONCURRENCY", "16",
        "AUTH_RATE_PER_MINUTE", "30", "DATABASE_POOL_SIZE", "", "WEBHOOK_ALLOW", ""));
    all.putAll(settings);
    node = start(postgres, redis, all);
    attackers = Crowd.of(postgres, "attacker", ATTACKERS);
    homePostgres = ELSEWHERE ? new Postgres() : postgres;
    homeRedis = ELSEWHERE ? new RedisProcess() : redis;
    home = ELSEWHERE ? start(homePostgres, homeRedis, all) : node;
    victims = new Victims(home);
    yields(NICE);
    // The first time pays for what is compiled and loaded at the first use.
    calm();
    calm = calm();
    System.out.println("attack: calm: " + calm);
  }

  private static NodeProcess start(Postgres postgres, RedisProcess redis, Map<String, String> settings) {
    return new NodeProcess(postgres, redis, settings).asShipped("-Xmx" + HEAP, "-Dfastroom.blocked.millis=10000").start();
  }

  Person attacker(int i) {
    return attackers.get(i % ATTACKERS);
  }

  List<Person> people(String hint, int many) {
    return Crowd.of(postgres, hint, many);
  }

  /** Messages of years, which nobody could say in the time of a test. */
  void fill(long roomId, int messages, String text) {
    try (Connection database = postgres.connect(); PreparedStatement insert = database.prepareStatement("""
        INSERT INTO messages (room_id, seq, user_id, username, content, created_at, message_count)
        SELECT r.id, r.head_seq + n, ?, 'attacker', ?, clock_timestamp(), n
        FROM rooms r, generate_series(1, ?) n WHERE r.id = ?""")) {
      insert.setLong(1, attackers.get(0).id());
      insert.setString(2, text);
      insert.setInt(3, messages);
      insert.setLong(4, roomId);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What PostgreSQL does by itself about so much that has just been written is done, as it would be after years. */
  void rest() {
    try (Connection database = postgres.connect(); Statement statement = database.createStatement()) {
      statement.execute("VACUUM (ANALYZE) messages");
      statement.execute("CHECKPOINT");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Suffering calm() {
    begin();
    Until.pause(CALM_MILLIS);
    return victims.end();
  }

  private void begin() {
    victims.begin(Crowd.of(homePostgres, "victim" + ++times, VICTIMS));
  }

  /**
   * Attackers come from elsewhere: as far as their own work goes, they are to take nothing from the node and its servers
   * but what those leave. Those have sessions of their own; what is started from here on yields as well.
   *
   * @param nice of the session of this process: a policy of single threads says nothing to other sessions
   */
  private static void yields(int nice) {
    try {
      Files.writeString(Path.of("/proc/self/autogroup"), "" + nice);
    } catch (IOException e) {
      System.out.println("attack: attackers and those beside them share the processor: " + e.getMessage());
    }
  }

  /**
   * Fails when the node, its readiness, its log, or somebody who has nothing to do with it suffers, or when the attack
   * has no consequence for those who attack. Who is not stopped goes on.
   */
  void hold(String name, Consequence consequence, Assault assault) {
    long logged = node.logLength();
    Watch watch = new Watch(node);
    begin();
    boolean measured = false;
    try {
      Consequence.Verdict expected = consequence.expect(node);
      met = () -> expected.isMet(watch);
      long began = System.nanoTime();
      do {
        assault.run();
      } while (!met.getAsBoolean() && System.nanoTime() - began < PERSISTENCE_NANOS);
      String missing = expected.missing(watch);
      Suffering suffering = suffering();
      measured = true;
      watch.end();
      System.out.println("attack: " + name + ": " + suffering + ", " + watch);
      List<String> wrong = new ArrayList<>();
      if (missing != null) {
        wrong.add("no consequence: " + missing);
      }
      if (watch.unready() > 0) {
        wrong.add("not ready, " + watch.unready() + " times");
      }
      if (suffering == null || !suffering.isBearable(calm)) {
        wrong.add("the victim " + (suffering == null ? "is not served" : "starves: " + suffering) + "; before: " + calm);
      }
      assertThat(wrong).isEmpty();
      node.assertCleanLog(logged);
    } catch (Exception | AssertionError e) {
      throw new AssertionError(name + ": " + e.getMessage() + (node.running() ? "" : "; the node has ended")
          + "; its log ends with\n" + end(node.logFrom(logged)), e);
    } finally {
      watch.end();
      if (!measured) {
        // They would still be there when the next attack begins.
        suffering();
      }
    }
  }

  /** @return null when it was not served */
  private Suffering suffering() {
    try {
      return victims.end();
    } catch (AssertionError e) {
      System.out.println("attack: " + e.getMessage());
      return null;
    }
  }

  /** Goes on with what was begun until it has its consequence, or until nothing more is written for anybody. */
  void settle() {
    double before;
    double after = written();
    long began = System.nanoTime();
    do {
      before = after;
      Until.pause(SETTLING_MILLIS);
      after = written();
    } while ((!met.getAsBoolean() || after - before > STILL_BYTES) && System.nanoTime() - began < PERSISTENCE_NANOS);
  }

  private double written() {
    return node.metric("fastroom_bytes_out_bytes_total");
  }

  private static String end(String text) {
    return text.substring(Math.max(0, text.length() - 3_000));
  }

  @Override
  public void close() {
    yields(0);
    victims.close();
    node.close();
    if (ELSEWHERE) {
      home.close();
      homeRedis.close();
      homePostgres.close();
    }
  }
}
