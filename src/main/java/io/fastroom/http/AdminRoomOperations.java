package io.fastroom.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.fastroom.bus.Bus;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.Room;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.AccountApi.AdminRoom;
import io.fastroom.persistence.AccountApi.AppointModerator;
import io.fastroom.persistence.AccountApi.ChangeAnyRoom;
import io.fastroom.persistence.AccountApi.DeleteAnyRoom;
import io.fastroom.persistence.AccountApi.ListAllRooms;
import io.fastroom.persistence.AccountApi.RoomRetention;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What administrators do with rooms; persistence says who is one. Any thread. */
final class AdminRoomOperations implements Operation.Group {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.rooms");

  private final Bus bus;
  private final ClientAddress addresses;

  AdminRoomOperations(Bus bus, ClientAddress addresses) {
    this.bus = bus;
    this.addresses = addresses;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("listAllRooms", this::list, "updateAnyRoom", this::update, "deleteAnyRoom", this::delete,
        "appointModerator", this::appoint);
  }

  private Future<Reply> list(Call call) {
    return bus.ask(AccountApi.LIST_ALL_ROOMS,
            new ListAllRooms(call.userId(), call.text("q"), Cursor.id(call), call.limit()))
        .map(page -> Reply.ok(AccountJson.page(page.items(), page.more(), last -> Cursor.of(last.room().id()),
            AdminRoomOperations::write)));
  }

  private Future<Reply> update(Call call) {
    JsonObject body = call.body();
    if (!body.containsKey("name") && !body.containsKey("is_private") && !body.containsKey("retention_days")) {
      throw InvalidInput.body("", "must have name, is_private or retention_days");
    }
    String name = body.containsKey("name") ? TextRules.roomName(body.getString("name")) : null;
    RoomRetention retention =
        body.containsKey("retention_days") ? new RoomRetention(body.getInteger("retention_days")) : null;
    return bus.ask(AccountApi.CHANGE_ANY_ROOM,
            new ChangeAnyRoom(call.userId(), call.roomId(), name, body.getBoolean("is_private"), retention,
                addresses.of(call.request())))
        .onSuccess(room -> log("changed", call))
        .map(room -> Reply.ok(Buffer.buffer(JsonBytes.encode(256, json -> write(json, room)))));
  }

  private Future<Reply> delete(Call call) {
    return bus.ask(AccountApi.DELETE_ANY_ROOM, new DeleteAnyRoom(call.userId(), call.roomId(), addresses.of(call.request())))
        .onSuccess(room -> log("deleted", call))
        .map(Reply.NO_CONTENT);
  }

  private Future<Reply> appoint(Call call) {
    String username = TextRules.username(call.body().getString("username"));
    return bus.ask(AccountApi.APPOINT_MODERATOR,
            new AppointModerator(call.userId(), call.roomId(), username, addresses.of(call.request())))
        .onSuccess(member -> log("given a moderator", call))
        .map(member -> Reply.ok(Json.member(member)));
  }

  private static void write(JsonGenerator json, AdminRoom managed) throws IOException {
    Room room = managed.room();
    json.writeStartObject();
    json.writeNumberField("id", room.id());
    json.writeStringField("name", room.name());
    json.writeBooleanField("is_private", room.isPrivate());
    Json.writeTime(json, "created_at", room.createdAt());
    json.writeFieldName("retention_days");
    json.writeObject(managed.retentionDays());
    if (managed.members() != null) {
      json.writeNumberField("members", managed.members());
    }
    json.writeEndObject();
  }

  private static void log(String what, Call call) {
    LOG.info("room {} by an administrator room={} by={} request={}", what, call.roomId(), call.userId(),
        call.requestId());
  }
}
