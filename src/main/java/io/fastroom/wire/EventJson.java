package io.fastroom.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.Member;
import io.fastroom.model.Message;
import io.fastroom.model.Quote;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.model.RoomEvent.MessageUpdated;
import io.fastroom.model.RoomEvent.Other;
import io.fastroom.model.RoomEvent.RoomDeleted;
import io.fastroom.model.RoomEvent.RoomUpdated;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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
    Fields f = new Fields();
    try (JsonParser json = JSON.createParser(encoded)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        f.read(json.currentName(), json.nextToken(), json);
      }
      RoomEvent event = f.event(roomId);
      return event != null || !f.isComplete() ? event
          : new Other(roomId, f.room, f.seq, f.ts, f.type, OtherFields.read(encoded));
    } catch (IOException | DateTimeException e) {
      return null;
    }
  }

  /** The fields of all kinds of events, in any order. */
  private static final class Fields {
    private String type = "";
    private String room;
    private String user;
    private String text;
    private String clientId;
    private String editedBy;
    private String name;
    private String reason;
    private Instant ts;
    private Instant editedAt;
    private Instant until;
    private Quote replyTo;
    private List<String> mentions = List.of();
    private long seq;
    private long userId;
    private long messageId;
    private boolean deleted;
    private boolean isPrivate;
    private boolean isMember;
    private boolean isModerator;
    private boolean isBanned;
    private boolean isMuted;

    /** A field whose JSON type differs from that in every known event is ignored. */
    void read(String field, JsonToken value, JsonParser json) throws IOException {
      switch (value) {
        case VALUE_STRING -> text(field, json.getText());
        case VALUE_NUMBER_INT -> number(field, json);
        case VALUE_TRUE -> flag(field);
        case START_OBJECT -> object(field, json);
        case START_ARRAY -> array(field, json);
        default -> json.skipChildren();
      }
    }

    private void text(String field, String value) {
      switch (field) {
        case "type" -> type = value;
        case "room" -> room = value;
        case "user", "username" -> user = value;
        case "message", "content" -> text = value;
        case "client_id" -> clientId = value;
        case "edited_by" -> editedBy = value;
        case "edited_at" -> editedAt = Instant.parse(value);
        case "name" -> name = value;
        case "reason" -> reason = value;
        case "until" -> until = Instant.parse(value);
        case "ts" -> ts = Instant.parse(value);
        default -> { }
      }
    }

    private void number(String field, JsonParser json) throws IOException {
      switch (field) {
        case "seq" -> seq = json.getLongValue();
        case "user_id" -> userId = json.getLongValue();
        case "message_id" -> messageId = json.getLongValue();
        default -> { }
      }
    }

    private void object(String field, JsonParser json) throws IOException {
      if (!field.equals("reply_to")) {
        json.skipChildren();
        return;
      }
      Fields quoted = new Fields();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        quoted.read(json.currentName(), json.nextToken(), json);
      }
      replyTo = new Quote(quoted.messageId, quoted.user, quoted.text, quoted.deleted);
    }

    private void array(String field, JsonParser json) throws IOException {
      if (!field.equals("mentions")) {
        json.skipChildren();
        return;
      }
      List<String> names = new ArrayList<>();
      for (JsonToken one = json.nextToken(); one != JsonToken.END_ARRAY; one = json.nextToken()) {
        if (one == JsonToken.VALUE_STRING) {
          names.add(json.getText());
        }
        json.skipChildren();
      }
      mentions = List.copyOf(names);
    }

    private void flag(String field) {
      switch (field) {
        case "deleted" -> deleted = true;
        case "is_private" -> isPrivate = true;
        case "is_member" -> isMember = true;
        case "is_moderator" -> isModerator = true;
        case "is_banned" -> isBanned = true;
        case "is_muted" -> isMuted = true;
        default -> { }
      }
    }

    /** Whether it has what every durable event has. */
    boolean isComplete() {
      return seq > 0 && room != null && ts != null && !type.isEmpty();
    }

    RoomEvent event(long roomId) {
      if (!isComplete()) {
        return null;
      }
      return switch (type) {
        case "chat" -> new Chat(roomId, room, seq, ts,
            new Message(messageId, seq, userId, user, text, ts, editedAt, null, deleted, clientId, replyTo, mentions,
                List.of()));
        case "message_updated" -> new MessageUpdated(roomId, room, seq, ts, messageId, text, editedBy, mentions);
        case "message_deleted" -> new MessageDeleted(roomId, room, seq, ts, messageId);
        case "member_update" -> new MemberUpdate(roomId, room, seq, ts,
            new Member(userId, user, isMember, isModerator, isBanned, isMuted, null, reason, until));
        case "room_updated" -> new RoomUpdated(roomId, room, seq, ts, name, isPrivate);
        case "room_deleted" -> new RoomDeleted(roomId, room, seq, ts);
        default -> null;
      };
    }
  }
}
