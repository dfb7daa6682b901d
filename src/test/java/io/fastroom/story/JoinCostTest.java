package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bench.load.Generator;
import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Crowd;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** Promise 4: the cost of a join does not grow, as Redis itself tells it. */
@Tag("alone")
class JoinCostTest {
  /** Longer than a node waits for a server, so that a join that fails is seen to be refused. */
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int JOINS = 4;
  private static final long KEYS = 1_000_000;
  private static final int STEP = 10_000;
  private static final String FILL = "for i = 1, ARGV[2] do redis.call('SET', 'other:' .. ARGV[1] + i, i) end";

  @Test
  void a_join_issues_the_same_commands_however_many_are_there_and_however_many_keys() {
    Map<String, String> settings = new HashMap<>(Cluster.UNLIMITED);
    // No heartbeats of the others in between.
    settings.put("WS_HEARTBEAT_INTERVAL", "300");
    try (RedisProcess redis = new RedisProcess();
        NodeProcess node = new NodeProcess(Backends.postgres(), redis, settings).start();
        Generator generator = new Generator()) {
      List<Person> people = Crowd.of(Backends.postgres(), "joiner", 1_000);
      List<Person> guests = Crowd.of(Backends.postgres(), "guest", 4 * JOINS);
      RoomRef small = people.get(0).createRoom(node, Names.unique("room") + ".0", false);
      RoomRef large = people.get(0).createRoom(node, Names.unique("room") + ".0", false);
      try (var few = crowd(generator, node, people.subList(0, 10), small);
          var many = crowd(generator, node, people, large)) {
        List<List<String>> joins = new ArrayList<>();
        joins.add(commands(redis, node, guests.subList(0, JOINS), small, 10));
        joins.add(commands(redis, node, guests.subList(JOINS, 2 * JOINS), large, 1_000));
        // In steps, since a Redis that stands still for long is a story of its own.
        for (int i = 0; i < KEYS; i += STEP) {
          String from = "" + i;
          redis.call(jedis -> jedis.eval(FILL, 0, from, "" + STEP));
        }
        long keys = redis.call(Jedis::dbSize);
        assertThat(keys).isGreaterThanOrEqualTo(KEYS);
        joins.add(commands(redis, node, guests.subList(2 * JOINS, 3 * JOINS), small, 10));
        joins.add(commands(redis, node, guests.subList(3 * JOINS, 4 * JOINS), large, 1_000));
        joins.forEach(System.out::println);
        assertThat(joins).containsOnly(joins.get(0));
        assertThat(joins.get(0)).contains("PUBLISH").doesNotContain("KEYS", "SCAN", "SSCAN", "ZSCAN", "HSCAN");
        assertThat(few.inside() + many.inside()).isEqualTo(1_010);
      }
    }
  }

  private static io.fastroom.bench.load.Crowd crowd(Generator generator, NodeProcess node, List<Person> people,
                                                    RoomRef room) {
    String prefix = room.name().substring(0, room.name().length() - 1);
    var crowd = new io.fastroom.bench.load.Crowd(generator, List.of(new InetSocketAddress("127.0.0.1", node.port())),
        people.stream().map(Person::access).toList(), prefix, 1, people.size());
    crowd.joinAll(people.size(), 64, LIMIT);
    return crowd;
  }

  /** The commands about the room while one of the guests joins it; the fewest, since nodes look after rooms besides. */
  private static List<String> commands(RedisProcess redis, NodeProcess node, List<Person> guests, RoomRef room,
                                       int present) {
    List<Ws> sockets = new ArrayList<>();
    try {
      return guests.stream().map(guest -> {
        Ws ws = guest.connect(node);
        // It stays till the end: a leave costs commands too.
        sockets.add(ws);
        try (Connection monitor = new Connection(
            new HostAndPort("127.0.0.1", redis.port()), DefaultJedisClientConfig.builder().build())) {
          monitor.sendCommand(Protocol.Command.MONITOR);
          assertThat(monitor.getStatusCodeReply()).isEqualTo("OK");
          assertThat(ws.join(room.name()).count()).isGreaterThan(present);
          return commands(monitor, room);
        }
      }).min(Comparator.comparingInt(List::size)).orElseThrow();
    } finally {
      sockets.forEach(Ws::close);
    }
  }

  /** Sorted, until its presence has been told. */
  private static List<String> commands(Connection monitor, RoomRef room) {
    List<String> commands = new ArrayList<>();
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!commands.contains("PUBLISH")) {
      String line = monitor.getStatusCodeReply();
      if (line.contains(room.name())) {
        commands.add(line.replaceFirst(".*?] \"([^\"]*)\".*", "$1"));
      }
      assertThat(System.nanoTime()).as("only %s so far", commands).isLessThan(end);
    }
    Collections.sort(commands);
    return commands;
  }
}
