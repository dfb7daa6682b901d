package io.fastroom.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.Member;
import io.fastroom.model.Message;
import io.fastroom.model.Quote;
import io.fastroom.model.ReactionCount;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.model.RoomEvent.MessageUpdated;
import io.fastroom.model.RoomEvent.Other;
import io.fastroom.model.RoomEvent.Reaction;
import io.fastroom.model.RoomEvent.RoomUpdated;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The JSON of durable events: what clients get, what history holds and what travels between nodes. Any thread. */
public final class EventJson {
  private static final JsonFactory JSON = new JsonFactory();

  private EventJson() { }

  /** The frame of an event, UTF-8. A deleted chat has {@code deleted:true} and an empty message. */
  public static byte[] encode(RoomEvent event) {
    return JsonBytes.encode(256, json -> {
      json.writeStartObject();
      json.writeStringField("type", event instanceof Other other ? other.type() : type(event.kind()));
      json.writeStringField("room", event.room());
      switch (event.kind()) {
        case CHAT -> chat(json, (Chat) event);
        case MESSAGE_UPDATED -> updated(json, (MessageUpdated) event);
        case MESSAGE_DELETED -> json.writeNumberField("message_id", ((MessageDeleted) event).messageId());
        case REACTION -> reaction(json, (Reaction) event);
        case MEMBER_UPDATE -> member(json, (MemberUpdate) event);
        case ROOM_UPDATED -> room(json, (RoomUpdated) event);
        case ROOM_DELETED -> json.writeNumberField("room_id", event.roomId());
        case OTHER -> OtherFields.write(json, ((Other) event).fields());
      }
      json.writeNumberField("seq", event.seq());
      json.writeStringField("ts", Rfc3339.text(event.ts()));
      json.writeEndObject();
    });
  }

  /**
   * The {@code type} of its frames; for an unknown kind, the type that stands for such events when read from the log.
   */
  public static String type(RoomEvent.Kind kind) {
    return switch (kind) {
      case CHAT -> "chat";
      case MESSAGE_UPDATED -> "message_updated";
      case MESSAGE_DELETED -> "message_deleted";
      case REACTION -> "reaction";
      case MEMBER_UPDATE -> "member_update";
      case ROOM_UPDATED -> "room_updated";
      case ROOM_DELETED -> "room_deleted";
      case OTHER -> "event";
    };
  }

  private static void chat(JsonGenerator json, Chat event) throws IOException {
    Message message = event.message();
    json.writeStringField("user", message.username());
    json.writeNumberField("user_id", message.userId());
    json.writeStringField("message", message.content());
    json.writeNumberField("message_id", message.id());
    if (message.clientId() != null) {
      json.writeStringField("client_id", message.clientId());
    }
    if (message.editedAt() != null) {
      json.writeStringField("edited_at", Rfc3339.text(message.editedAt()));
    }
    if (message.deleted()) {
      json.writeBooleanField("deleted", true);
    }
    conversation(json, message);
  }

  /** What a message refers to, where it does. */
  public static void conversation(JsonGenerator json, Message message) throws IOException {
    Quote quote = message.replyTo();
    if (quote != null) {
      json.writeObjectFieldStart("reply_to");
      json.writeNumberField("message_id", quote.messageId());
      if (quote.user() != null) {
        json.writeStringField("user", quote.user());
      }
      json.writeStringField("message", quote.text());
      if (quote.deleted()) {
        json.writeBooleanField("deleted", true);
      }
      json.writeEndObject();
    }
    mentions(json, message.mentions());
  }

  /**
   * How others react to a message; a chat itself does not say.
   *
   * @param mine what the reader reacts with, in addition to what {@link ReactionCount#me} says
   */
  public static void reactions(JsonGenerator json, List<ReactionCount> counts, Set<String> mine) throws IOException {
    json.writeArrayFieldStart("reactions");
    for (ReactionCount each : counts) {
      json.writeStartObject();
      json.writeStringField("emoji", each.emoji());
      json.writeNumberField("count", each.count());
      json.writeBooleanField("me", each.me() || mine.contains(each.emoji()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void mentions(JsonGenerator json, List<String> names) throws IOException {
    if (!names.isEmpty()) {
      json.writeArrayFieldStart("mentions");
      for (String name : names) {
        json.writeString(name);
      }
      json.writeEndArray();
    }
  }

  private static void updated(JsonGenerator json, MessageUpdated event) throws IOException {
    json.writeNumberField("message_id", event.messageId());
    json.writeStringField("content", event.content());
    json.writeStringField("edited_by", event.editedBy());
    mentions(json, event.mentions());
  }

  private static void reaction(JsonGenerator json, Reaction event) throws IOException {
    json.writeNumberField("message_id", event.messageId());
    json.writeStringField("user", event.username());
    json.writeNumberField("user_id", event.userId());
    json.writeStringField("emoji", event.emoji());
    json.writeBooleanField("on", event.on());
    json.writeNumberField("count", event.count());
  }

  private static void member(JsonGenerator json, MemberUpdate event) throws IOException {
    Member member = event.member();
    json.writeNumberField("user_id", member.userId());
    json.writeStringField("username", member.username());
    json.writeBooleanField("is_member", member.isMember());
    json.writeBooleanField("is_moderator", member.isModerator());
    json.writeBooleanField("is_banned", member.isBanned());
    json.writeBooleanField("is_muted", member.isMuted());
    if (member.reason() != null) {
      json.writeStringField("reason", member.reason());
    }
    if (member.until() != null) {
      json.writeStringField("until", Rfc3339.text(member.until()));
    }
  }

  private static void room(JsonGenerator json, RoomUpdated event) throws IOException {
    json.writeStringField("name", event.name());
    json.writeBooleanField("is_private", event.isPrivate());
  }

  /**
   * Reads what {@link #encode} wrote, in this version or another: an unknown type becomes an {@link Other}.
   *
   * @return null when it is not the JSON of a durable event (presence, typing, another program's)
   */
  public static RoomEvent decode(long roomId, byte[] encoded) {
    EventFields f = new EventFields();
    try (JsonParser json = JSON.createParser(encoded)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        f.read(json.currentName(), json.nextToken(), json);
      }
      return f.isOther() ? f.other(roomId, OtherFields.read(encoded)) : f.event(roomId);
    } catch (IOException e) {
      return null;
    }
  }
}
