package io.fastroom.http;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomNames;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.DirectApi;
import io.fastroom.persistence.DirectApi.OpenDirect;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.CreateRoom;
import io.fastroom.persistence.PersistenceApi.DeleteRoom;
import io.fastroom.persistence.PersistenceApi.FindRoom;
import io.fastroom.persistence.PersistenceApi.GetRoom;
import io.fastroom.persistence.PersistenceApi.ListRooms;
import io.fastroom.persistence.PersistenceApi.SeenRoom;
import io.fastroom.persistence.PersistenceApi.UpdateRoom;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.WhoIsThere;
import io.fastroom.watch.WatchApi;
import io.fastroom.watch.WatchApi.Read;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rooms and who is in them now. Any thread. */
final class RoomOperations implements Operation.Group {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.rooms");

  private final Bus bus;
  private final ClientAddress addresses;

  RoomOperations(Bus bus, ClientAddress addresses) {
    this.bus = bus;
    this.addresses = addresses;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("listRooms", this::list, "createRoom", this::create, "getRoom", this::get,
        "getRoomByName", this::find, "updateRoom", this::update, "deleteRoom", this::delete,
        "getPresence", this::presence, "openDirect", this::openDirect,
        "markRead", this::markRead);
  }

  private Future<Reply> list(Call call) {
    return bus.ask(PersistenceApi.LIST_ROOMS,
            new ListRooms(call.userId(), call.limit(), call.offset(), call.ascending(), Cursor.id(call),
                "true".equals(call.text("member")), words(call.text("q"))))
        .map(page -> Reply.ok(Json.rooms(page)));
  }

  /** An empty field of a search holds back nothing. */
  private static String words(String q) {
    return q == null || q.isBlank() ? null : RoomNames.normal(q);
  }

  private Future<Reply> create(Call call) {
    String name = TextRules.roomName(call.body().getString("name"));
    boolean isPrivate = call.body().getBoolean("is_private", false);
    return bus.ask(PersistenceApi.CREATE_ROOM, new CreateRoom(call.userId(), name, isPrivate))
        .onSuccess(room -> log("created", call, room.id()))
        .map(room -> Reply.created(Json.room(room, true)));
  }

  private Future<Reply> openDirect(Call call) {
    String username = TextRules.username(call.body().getString("username"));
    return bus.ask(DirectApi.OPEN_DIRECT, new OpenDirect(call.userId(), username)).map(opened -> {
      if (opened.isNew()) {
        log("between two people created", call, opened.room().id());
      }
      Buffer room = Json.room(opened.room(), true);
      return opened.isNew() ? Reply.created(room) : Reply.ok(room);
    });
  }

  private Future<Reply> get(Call call) {
    return bus.ask(PersistenceApi.GET_ROOM, new GetRoom(call.userId(), call.roomId()))
        .map(seen -> Reply.ok(Json.room(seen.room(), seen.isMember())));
  }

  private Future<Reply> find(Call call) {
    String given = call.text("room_name");
    String normal = RoomNames.normal(given);
    // A room of version 0.1 may have a name in another form, and is found by exactly that name.
    return find(call, given)
        .recover(failure -> Refused.of(failure).problem() == Problem.ROOM_NOT_FOUND && !normal.equals(given)
            ? find(call, normal) : Future.failedFuture(failure))
        .map(seen -> Reply.ok(Json.room(seen.room(), seen.isMember())));
  }

  private Future<SeenRoom> find(Call call, String name) {
    return bus.ask(PersistenceApi.FIND_ROOM, new FindRoom(call.userId(), name));
  }

  private Future<Reply> update(Call call) {
    JsonObject body = call.body();
    if (!body.containsKey("name") && !body.containsKey("is_private")) {
      throw InvalidInput.body("", "must have name or is_private");
    }
    String name = body.containsKey("name") ? TextRules.roomName(body.getString("name")) : null;
    return bus.ask(PersistenceApi.UPDATE_ROOM,
            new UpdateRoom(call.userId(), call.roomId(), name, body.getBoolean("is_private"), addresses.of(call.request())))
        .onSuccess(room -> log("updated", call, room.id()))
        .map(room -> Reply.ok(Json.room(room, true)));
  }

  private Future<Reply> delete(Call call) {
    return bus.ask(PersistenceApi.DELETE_ROOM,
            new DeleteRoom(call.userId(), call.roomId(), addresses.of(call.request())))
        .onSuccess(gone -> log("deleted", call, call.roomId()))
        .map(Reply.NO_CONTENT);
  }

  private Future<Reply> markRead(Call call) {
    return bus.ask(WatchApi.READ, new Read(call.userId(), call.roomId(), call.body().getLong("seq"), null))
        .map(marked -> Reply.ok(Json.read(marked.room(), call.roomId(), marked.seq())));
  }

  private Future<Reply> presence(Call call) {
    return bus.ask(PersistenceApi.OPEN_ROOM, new GetRoom(call.userId(), call.roomId()))
        .compose(room -> present(room, call));
  }

  private Future<Reply> present(Room room, Call call) {
    return bus.ask(RoomApi.WHO_IS_THERE, new WhoIsThere(room.id(), room.name(), call.text("cursor"), call.limit()))
        .map(who -> Reply.ok(Json.presence(room, who)));
  }

  private static void log(String what, Call call, long roomId) {
    LOG.info("room {} room={} user={} request={}", what, roomId, call.userId(), call.requestId());
  }
}
