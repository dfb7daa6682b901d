package io.fastroom.story;

import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a client that understands the protocol shows of one room after the frames it got. */
final class View {
  private final String room;
  private final TreeMap<Long, JsonObject> events = new TreeMap<>();
  private boolean started;

  private View(String room) {
    this.room = room;
  }

  static View of(Ws ws, String room) {
    View view = new View(room);
    ws.received().forEach(frame -> view.take(frame.json()));
    return view;
  }

  private void take(JsonObject frame) {
    if (!room.equals(frame.getString("room"))) {
      return;
    }
    switch (frame.getString("type")) {
      case "joined" -> started = false;
      case "history" -> history(frame.getJsonArray("messages"), frame.getBoolean("resumed", false));
      default -> {
        if (frame.containsKey("seq")) {
          JsonObject before = events.put(frame.getLong("seq"), frame);
          if (before != null && !before.getString("ts").equals(frame.getString("ts"))) {
            throw new AssertionError("two events have one place, and nobody was told to start over: " + before + frame);
          }
        }
      }
    }
  }

  /** The first part of a history that does not resume takes the place of all that was shown. */
  private void history(JsonArray messages, boolean resumed) {
    if (!resumed && !started) {
      events.clear();
    }
    started = true;
    messages.forEach(message -> events.put(((JsonObject) message).getLong("seq"), (JsonObject) message));
  }

  /** The texts of the messages it shows, in order. */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    events.values().stream().filter(f -> Ws.type(f, "chat")).forEach(f -> texts.add(f.getString("message")));
    return texts;
  }

  List<Long> seqs() {
    return List.copyOf(events.keySet());
  }
}
