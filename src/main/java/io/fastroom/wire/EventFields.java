package io.fastroom.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import io.fastroom.model.Member;
import io.fastroom.model.Message;
import io.fastroom.model.Quote;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.model.RoomEvent.MessageUpdated;
import io.fastroom.model.RoomEvent.Other;
import io.fastroom.model.RoomEvent.Reaction;
import io.fastroom.model.RoomEvent.RoomDeleted;
import io.fastroom.model.RoomEvent.RoomUpdated;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The fields of all kinds of events as they are read, in any order. One thread. */
final class EventFields {
  private static final Set<String> KNOWN = Arrays.stream(RoomEvent.Kind.values())
      .filter(kind -> kind != RoomEvent.Kind.OTHER).map(EventJson::type).collect(Collectors.toUnmodifiableSet());

  private String type = "";
  private String room;
  private String user;
  private String text;
  private String clientId;
  private String editedBy;
  private String name;
  private String reason;
  private String emoji;
  private Instant ts;
  private Instant editedAt;
  private Instant until;
  private Quote replyTo;
  private List<String> mentions = List.of();
  private long seq;
  private long userId;
  private long messageId;
  private int count;
  private boolean deleted;
  private boolean on;
  private boolean isPrivate;
  private boolean isMember;
  private boolean isModerator;
  private boolean isBanned;
  private boolean isMuted;
  /** A field has a value that it has in no event known here: in one of another version it means something else. */
  private boolean isStrange;

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
      case "edited_at" -> editedAt = time(value);
      case "name" -> name = value;
      case "reason" -> reason = value;
      case "emoji" -> emoji = value;
      case "until" -> until = time(value);
      case "ts" -> ts = time(value);
      default -> { }
    }
  }

  private Instant time(String value) {
    try {
      return Instant.parse(value);
    } catch (DateTimeException e) {
      isStrange = true;
      return null;
    }
  }

  private void number(String field, JsonParser json) throws IOException {
    try {
      switch (field) {
        case "seq" -> seq = json.getLongValue();
        case "user_id" -> userId = json.getLongValue();
        case "message_id" -> messageId = json.getLongValue();
        case "count" -> count = json.getIntValue();
        default -> { }
      }
    } catch (InputCoercionException e) {
      isStrange = true;
    }
  }

  private void object(String field, JsonParser json) throws IOException {
    if (!field.equals("reply_to")) {
      json.skipChildren();
      return;
    }
    EventFields quoted = new EventFields();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      quoted.read(json.currentName(), json.nextToken(), json);
    }
    isStrange |= quoted.isStrange;
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
      case "on" -> on = true;
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

  /** @return null for what is no event of a kind that is known here, or a strange one */
  RoomEvent event(long roomId) {
    if (!isComplete() || isStrange) {
      return null;
    }
    return switch (type) {
      case "chat" -> new Chat(roomId, room, seq, ts,
          new Message(messageId, seq, userId, user, text, ts, editedAt, null, deleted, clientId, replyTo, mentions,
              List.of()));
      case "message_updated" -> new MessageUpdated(roomId, room, seq, ts, messageId, text, editedBy, mentions);
      case "message_deleted" -> new MessageDeleted(roomId, room, seq, ts, messageId);
      case "reaction" -> new Reaction(roomId, room, seq, ts, messageId, userId, user, emoji, on, count);
      case "member_update" -> new MemberUpdate(roomId, room, seq, ts,
          new Member(userId, user, isMember, isModerator, isBanned, isMuted, null, reason, until));
      case "room_updated" -> new RoomUpdated(roomId, room, seq, ts, name, isPrivate);
      case "room_deleted" -> new RoomDeleted(roomId, room, seq, ts);
      default -> null;
    };
  }

  boolean isOther() {
    return isComplete() && !KNOWN.contains(type);
  }

  /** As an event of a kind that this version does not know. */
  Other other(long roomId, String fields) {
    return new Other(roomId, room, seq, ts, type, fields);
  }
}
