package io.fastroom.upgrade;

import io.fastroom.FastRoom;
import io.fastroom.model.NodeId;
import io.fastroom.model.RoomEvent;
import io.fastroom.wire.ChannelMessage;
import io.fastroom.wire.EventJson;
import io.fastroom.wire.Macs;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * The program of a version that does not exist: this one, and polls. As long as it runs it opens a poll in each room now
 * and then, committed and told to other nodes as every event is. {@link NextRelease} has what it needs.
 */
public final class NextVersion {
  private static final long PAUSE_MILLIS = 300;

  private final Connection database;
  private final Redis redis;
  private final ChannelMessage channel;

  private NextVersion() throws SQLException {
    URI url = URI.create(System.getenv("DATABASE_URL"));
    database = DriverManager.getConnection("jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(),
        "postgres", "postgres");
    redis = Redis.createClient(Vertx.vertx(), System.getenv("REDIS_URL"));
    channel = new ChannelMessage(NodeId.boot(System.getenv("SERVER_ID") + "-polls"),
        new Macs(System.getenv("FASTROOM_SECRET"), List.of()));
  }

  public static void main(String[] args) throws Exception {
    FastRoom.main(args);
    if (args.length == 0) {
      NextVersion next = new NextVersion();
      while (true) {
        next.openPolls();
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** A room at a time: nobody holds two rooms at once. */
  private void openPolls() throws SQLException {
    List<Long> rooms = new ArrayList<>();
    try (Statement statement = database.createStatement(); ResultSet each = statement.executeQuery("SELECT id FROM rooms")) {
      while (each.next()) {
        rooms.add(each.getLong(1));
      }
    }
    try (PreparedStatement statement =
        database.prepareStatement("SELECT * FROM open_poll_v1(?, 'tea?', ARRAY['yes', 'no'])")) {
      for (long room : rooms) {
        statement.setLong(1, room);
        try (ResultSet poll = statement.executeQuery()) {
          poll.next();
          tell(new RoomEvent.Other(room, poll.getString("name"), poll.getLong("seq"),
              poll.getObject("ts", OffsetDateTime.class).toInstant(), "poll",
              "{\"question\":\"tea?\",\"options\":[\"yes\",\"no\"]}"));
        }
      }
    }
  }

  private void tell(RoomEvent event) {
    String room = "room:" + event.room();
    byte[] message = channel.encode(room, event.roomId(), event.seq(), EventJson.encode(event));
    redis.send(Request.cmd(Command.PUBLISH).arg(room).arg(Buffer.buffer(message)));
  }
}
