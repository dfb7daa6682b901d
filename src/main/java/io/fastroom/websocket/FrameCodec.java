package io.fastroom.websocket;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.Message;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.websocket.ServerFrame.Authenticated;
import io.fastroom.websocket.ServerFrame.Banner;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.fastroom.websocket.ServerFrame.History;
import io.fastroom.websocket.ServerFrame.HistoryPage;
import io.fastroom.websocket.ServerFrame.Joined;
import io.fastroom.websocket.ServerFrame.Left;
import io.fastroom.websocket.ServerFrame.Pong;
import io.fastroom.websocket.ServerFrame.PresenceState;
import io.fastroom.wire.EncodedEvent;
import io.fastroom.wire.EventJson;
import io.fastroom.wire.Rfc3339;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The JSON of the socket, both ways: with {@link FieldReader} the only place that knows the field names of what sockets
 * send and receive as answers.
 *
 * <p>Thread: any.
 */
final class FrameCodec {
  /** The {@code type} of every frame a client may send. */
  static final Map<String, Class<? extends ClientFrame>> CLIENT_TYPES = Map.of(
      "join", ClientFrame.Join.class, "leave", ClientFrame.Leave.class, "chat", ClientFrame.Chat.class,
      "react", ClientFrame.React.class, "history_more", ClientFrame.HistoryMore.class, "typing", ClientFrame.Typing.class,
      "read", ClientFrame.Read.class, "watch", ClientFrame.Watch.class,
      "ping", ClientFrame.Ping.class, "auth", ClientFrame.Auth.class);

  /** The {@code type} of every frame a session answers with. */
  static final Map<Class<? extends ServerFrame>, String> SERVER_TYPES = Map.of(
      Banner.class, "system", Joined.class, "joined", Left.class, "left", PresenceState.class, "presence_state",
      History.class, "history", HistoryPage.class, "history_more", Pong.class, "pong",
      Authenticated.class, "authenticated", ErrorFrame.class, "error");

  private static final byte[] REF = ",\"ref\":\"".getBytes(StandardCharsets.US_ASCII);

  private FrameCodec() { }

  /** Reads a frame. Unknown fields are ignored, a null counts as absent. */
  static ClientFrame decode(String text) throws BadFrame {
    FieldReader fields = FieldReader.read(text);
    String type = fields.type();
    return switch (type) {
      case "join" -> new ClientFrame.Join(fields.ref(), fields.room(), fields.since(), fields.sinceTs(),
          fields.ifMember());
      case "leave" -> new ClientFrame.Leave(fields.ref(), fields.room());
      case "chat" -> new ClientFrame.Chat(fields.ref(), fields.room(), fields.message(), fields.clientId(),
          fields.replyTo());
      case "react" -> new ClientFrame.React(fields.ref(), fields.room(), fields.messageId(), fields.emoji(), fields.on());
      case "history_more" -> new ClientFrame.HistoryMore(fields.ref(), fields.room(), fields.beforeId());
      case "typing" -> new ClientFrame.Typing(fields.ref(), fields.room(), fields.isTyping());
      case "read" -> new ClientFrame.Read(fields.ref(), fields.room(), fields.seq());
      case "watch" -> new ClientFrame.Watch(fields.ref());
      case "ping" -> new ClientFrame.Ping(fields.ref());
      case "auth" -> new ClientFrame.Auth(fields.ref(), fields.accessToken());
      default -> throw fields.unknownType();
    };
  }

  /** The frame as UTF-8 JSON. */
  static byte[] encode(ServerFrame frame) {
    return JsonBytes.encode(256, json -> {
      json.writeStartObject();
      json.writeStringField("type", SERVER_TYPES.get(frame.getClass()));
      fields(json, frame);
      json.writeEndObject();
    });
  }

  /** The same JSON object with a {@code ref}: the sender's own copy of an event. */
  static byte[] withRef(byte[] json, String ref) {
    byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(ref);
    byte[] copy = new byte[json.length + REF.length + quoted.length + 1];
    int at = json.length - 1;
    System.arraycopy(json, 0, copy, 0, at);
    System.arraycopy(REF, 0, copy, at, REF.length);
    System.arraycopy(quoted, 0, copy, at + REF.length, quoted.length);
    copy[copy.length - 2] = '"';
    copy[copy.length - 1] = '}';
    return copy;
  }

  private static void fields(JsonGenerator json, ServerFrame frame) throws IOException {
    if (frame instanceof ErrorFrame f) {
      json.writeStringField("code", f.problem().code());
      json.writeStringField("message", f.message());
      optional(json, "room", f.room());
      optional(json, "ref", f.ref());
      if (f.retryAfterMillis() > 0) {
        json.writeNumberField("retry_after_ms", f.retryAfterMillis());
      }
    } else if (frame instanceof Joined f) {
      json.writeStringField("room", f.room());
      json.writeNumberField("room_id", f.roomId());
      json.writeNumberField("seq", f.seq());
      json.writeStringField("ts", Rfc3339.text(f.ts()));
      optional(json, "ref", f.ref());
    } else if (frame instanceof Left f) {
      json.writeStringField("room", f.room());
      optional(json, "ref", f.ref());
    } else if (frame instanceof PresenceState f) {
      json.writeStringField("room", f.room());
      strings(json, "users", f.present().users());
      if (f.present().more()) {
        json.writeNumberField("count", f.present().count());
        json.writeBooleanField("partial", true);
      }
    } else if (frame instanceof History f) {
      history(json, f);
    } else if (frame instanceof HistoryPage f) {
      page(json, f);
    } else if (frame instanceof Pong f) {
      json.writeStringField("ts", Rfc3339.text(f.ts()));
      optional(json, "ref", f.ref());
    } else if (frame instanceof Authenticated f) {
      json.writeNumberField("expires_in", f.expiresIn());
      optional(json, "ref", f.ref());
    } else if (frame instanceof Banner f) {
      json.writeStringField("message", f.message());
      json.writeNumberField("heartbeatInterval", f.heartbeatInterval());
      json.writeStringField("presenceMode", f.presenceMode());
      json.writeStringField("server_id", f.serverId());
      json.writeStringField("conn_id", f.connId());
    }
  }

  /** Chats get the room's present name and {@code edited_at}; other events in a resume are as they were sent. */
  private static void history(JsonGenerator json, History frame) throws IOException {
    json.writeStringField("room", frame.room());
    json.writeArrayFieldStart("messages");
    for (EncodedEvent item : frame.messages()) {
      if (item.event() instanceof Chat chat) {
        entry(json, frame.room(), chat.message(), chat.ts(), frame.mine().getOrDefault(chat.message().id(), Set.of()));
      } else {
        json.writeRawValue(new String(item.json(), StandardCharsets.UTF_8));
      }
    }
    json.writeEndArray();
    if (frame.resumed() != null) {
      json.writeBooleanField("resumed", frame.resumed());
    }
    if (frame.more() != null) {
      json.writeBooleanField("more", frame.more());
    }
  }

  private static void page(JsonGenerator json, HistoryPage frame) throws IOException {
    json.writeStringField("room", frame.room());
    json.writeArrayFieldStart("messages");
    for (Message message : frame.messages()) {
      entry(json, frame.room(), message, message.createdAt(), Set.of());
    }
    json.writeEndArray();
    json.writeBooleanField("more", frame.more());
    optional(json, "ref", frame.ref());
  }

  /** @param mine what the reader reacts to it with, where the message itself does not say */
  private static void entry(JsonGenerator json, String room, Message message, Instant ts, Set<String> mine)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "chat");
    json.writeStringField("room", room);
    json.writeStringField("user", message.username());
    json.writeNumberField("user_id", message.userId());
    json.writeStringField("message", message.content());
    json.writeNumberField("message_id", message.id());
    optional(json, "client_id", message.clientId());
    json.writeStringField("edited_at", message.editedAt() == null ? null : Rfc3339.text(message.editedAt()));
    if (message.deleted()) {
      json.writeBooleanField("deleted", true);
    }
    EventJson.conversation(json, message);
    EventJson.reactions(json, message.reactions(), mine);
    json.writeNumberField("seq", message.seq());
    json.writeStringField("ts", Rfc3339.text(ts));
    json.writeEndObject();
  }

  private static void strings(JsonGenerator json, String field, List<String> values) throws IOException {
    json.writeArrayFieldStart(field);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private static void optional(JsonGenerator json, String field, String value) throws IOException {
    if (value != null) {
      json.writeStringField(field, value);
    }
  }
}
