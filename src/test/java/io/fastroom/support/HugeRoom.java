package io.fastroom.support;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.Jedis;

/** A room of very many people, who go into the tables and into Redis directly: nobody has as many sockets at hand. */
public final class HugeRoom {
  private static final Duration LIFE = Duration.ofMinutes(30);
  private static final int BATCH = 1_000;
  private static final String PRESENT = """
      local time = redis.call('TIME')
      local due = time[1] * 1000 + tonumber(ARGV[5])
      for i = tonumber(ARGV[3]), tonumber(ARGV[4]) do
        local member = ARGV[2] .. i .. ':huge' .. i
        redis.call('SET', KEYS[1] .. member, '1', 'PX', ARGV[5])
        redis.call('ZADD', KEYS[2], due, member)
        redis.call('ZADD', KEYS[3], 0, member)
      end""";

  private HugeRoom() { }

  /** Adds so many members, whose names begin with {@code prefix} and end with their number from 1. */
  public static void members(Connection database, long roomId, String prefix, int many) throws SQLException {
    try (PreparedStatement users = database.prepareStatement("INSERT INTO users (username, password_hash) SELECT ? || i, ''"
        + " FROM generate_series(1, ?) i");
         PreparedStatement members = database.prepareStatement("INSERT INTO room_members (room_id, user_id)"
             + " SELECT ?, id FROM users WHERE username LIKE ? || '%'");
         Statement statement = database.createStatement()) {
      users.setString(1, prefix);
      users.setInt(2, many);
      users.execute();
      members.setLong(1, roomId);
      members.setString(2, prefix);
      members.execute();
      statement.execute("ANALYZE users");
      statement.execute("ANALYZE room_members");
    }
  }

  /** Has the first so many of them be there, with heartbeats that live for half an hour. @param namespace with its colon */
  public static void present(Jedis redis, String namespace, String room, String prefix, int many) {
    List<String> keys = List.of(namespace + "presence:hb:" + room + ":", namespace + "presence:index:" + room,
        namespace + "presence:connections:" + room);
    for (int from = 1; from <= many; from += BATCH) {
      redis.eval(PRESENT, keys, List.of("", prefix, "" + from, "" + Math.min(many, from + BATCH - 1),
          "" + LIFE.toMillis()));
    }
  }
}
