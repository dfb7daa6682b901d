package io.fastroom.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.fastroom.auth.Tokens;
import io.fastroom.http.InvalidInput.Fault;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.Listing;
import io.fastroom.model.Member;
import io.fastroom.model.Message;
import io.fastroom.model.Page;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.MessagePage;
import io.fastroom.persistence.PersistenceApi.SeenRoom;
import io.fastroom.room.RoomApi.Who;
import io.fastroom.wire.EventJson;
import io.fastroom.wire.Rfc3339;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * The answers, written from records straight to bytes: building a tree first would cost more than the rest of a list.
 *
 * <p>Thread: any.
 */
final class Json {
  private Json() { }

  private interface ItemWriter<T> {
    void write(JsonGenerator json, T item) throws IOException;
  }

  private static Buffer encode(JsonBytes.Writer writer) {
    return Buffer.buffer(JsonBytes.encode(512, writer));
  }

  static Buffer health() {
    return encode(json -> {
      json.writeStartObject();
      json.writeStringField("status", "ok");
      json.writeEndObject();
    });
  }

  static Buffer tokens(Tokens.Pair pair) {
    return encode(json -> {
      json.writeStartObject();
      json.writeStringField("access_token", pair.access());
      json.writeStringField("refresh_token", pair.refresh());
      json.writeStringField("token_type", "bearer");
      json.writeNumberField("expires_in", pair.accessSeconds());
      json.writeEndObject();
    });
  }

  static Buffer user(User user) {
    return encode(json -> write(json, user));
  }

  static Buffer users(List<User> users) {
    return encode(json -> {
      json.writeStartArray();
      for (User user : users) {
        write(json, user);
      }
      json.writeEndArray();
    });
  }

  static Buffer room(Room room, boolean isMember) {
    return encode(json -> write(json, room, isMember));
  }

  static Buffer rooms(Listing<SeenRoom> page) {
    return page(page, page.more(), true, last -> Cursor.of(last.room().id()),
        (json, seen) -> write(json, seen.room(), seen.isMember()));
  }

  static Buffer member(Member member) {
    return encode(json -> write(json, member));
  }

  static Buffer members(Listing<Member> page) {
    return page(page, page.more(), true, last -> Cursor.of(last.userId()), Json::write);
  }

  /** As sockets get it. */
  static Buffer chat(RoomEvent.Chat event) {
    return Buffer.buffer(EventJson.encode(event));
  }

  static Buffer message(Message message) {
    return encode(json -> write(json, message));
  }

  /**
   * @param byOffset whether the next page can be named by an offset
   * @param forwards whether it was read from old to new
   */
  static Buffer messages(MessagePage messages, boolean byOffset, boolean forwards) {
    Page<Message> page = messages.page();
    List<Message> items = page.items();
    String next = items.isEmpty() ? null : MessageCursor.of(items.get(forwards ? items.size() - 1 : 0).id(), forwards);
    return page(new Listing<>(items, page.total(), page.limit(), page.offset(), messages.more()), messages.more(),
        byOffset, last -> next, Json::write);
  }

  static Buffer read(String room, long roomId, long seq) {
    return encode(json -> {
      json.writeStartObject();
      json.writeStringField("room", room);
      json.writeNumberField("room_id", roomId);
      json.writeNumberField("seq", seq);
      json.writeEndObject();
    });
  }

  static Buffer presence(Room room, Who who) {
    return encode(json -> {
      json.writeStartObject();
      json.writeNumberField("room_id", room.id());
      json.writeStringField("room", room.name());
      json.writeArrayFieldStart("users");
      for (String user : who.users()) {
        json.writeString(user);
      }
      json.writeEndArray();
      json.writeNumberField("count", who.count());
      json.writeStringField("next_cursor", who.more() ? who.users().get(who.users().size() - 1) : null);
      json.writeEndObject();
    });
  }

  static Buffer problem(Problem problem, String detail, List<Fault> faults) {
    return encode(json -> {
      json.writeStartObject();
      json.writeStringField("type", "urn:problem-type:fastroom:" + problem.code());
      json.writeStringField("title", problem.title());
      json.writeNumberField("status", problem.status());
      json.writeStringField("detail", detail);
      json.writeStringField("code", problem.code());
      if (!faults.isEmpty()) {
        json.writeArrayFieldStart("errors");
        for (Fault fault : faults) {
          json.writeStartObject();
          json.writeStringField(fault.parameter() == null ? "pointer" : "parameter",
              fault.parameter() == null ? fault.pointer() : fault.parameter());
          json.writeStringField("detail", fault.detail());
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    });
  }

  private static <T> Buffer page(Listing<T> page, boolean more, boolean byOffset, Function<T, String> cursor,
                                 ItemWriter<T> item) {
    return encode(json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("items");
      for (T one : page.items()) {
        item.write(json, one);
      }
      json.writeEndArray();
      json.writeNumberField("total", page.total());
      json.writeNumberField("limit", page.limit());
      json.writeNumberField("offset", page.offset());
      json.writeBooleanField("has_more", more);
      json.writeFieldName("next_offset");
      if (more && byOffset) {
        json.writeNumber(page.offset() + page.items().size());
      } else {
        json.writeNull();
      }
      json.writeStringField("next_cursor", more && !page.items().isEmpty()
          ? cursor.apply(page.items().get(page.items().size() - 1)) : null);
      json.writeEndObject();
    });
  }

  private static void write(JsonGenerator json, User user) throws IOException {
    json.writeStartObject();
    writeFields(json, user);
    json.writeEndObject();
  }

  static void writeFields(JsonGenerator json, User user) throws IOException {
    json.writeNumberField("id", user.id());
    json.writeStringField("username", user.username());
    json.writeStringField("email", user.email());
    json.writeStringField("full_name", user.fullName());
    json.writeBooleanField("disabled", user.disabled());
  }

  private static void write(JsonGenerator json, Room room, boolean isMember) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", room.id());
    json.writeStringField("name", room.name());
    json.writeBooleanField("is_private", room.isPrivate());
    json.writeBooleanField("is_member", isMember);
    writeTime(json, "created_at", room.createdAt());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Member member) throws IOException {
    json.writeStartObject();
    json.writeNumberField("user_id", member.userId());
    json.writeStringField("username", member.username());
    json.writeBooleanField("is_moderator", member.isModerator());
    json.writeBooleanField("is_banned", member.isBanned());
    json.writeBooleanField("is_muted", member.isMuted());
    writeTime(json, "joined_at", member.joinedAt());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Message message) throws IOException {
    json.writeStartObject();
    MessageJson.writeFields(json, message);
    json.writeEndObject();
  }

  /** @param time may be null */
  static void writeTime(JsonGenerator json, String field, Instant time) throws IOException {
    json.writeFieldName(field);
    writeTime(json, time);
  }

  /** @param time may be null */
  static void writeTime(JsonGenerator json, Instant time) throws IOException {
    if (time == null) {
      json.writeNull();
    } else {
      byte[] text = Rfc3339.ascii(time);
      json.writeRawUTF8String(text, 0, text.length);
    }
  }
}
