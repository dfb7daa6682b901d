package io.fastroom.room;

import io.fastroom.bus.Bus;
import io.fastroom.persistence.ChatApi;
import io.fastroom.persistence.ChatApi.Crowded;
import io.fastroom.room.RoomApi.CaughtUp;
import io.fastroom.room.RoomApi.Deliveries;
import io.fastroom.room.RoomApi.Delivery;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Hands hubs what their rooms release: everything gathered in one turn of the event loop goes to a hub as one bus
 * message. Of a room it goes in pieces, each when the hub has written enough of the one before ({@link HandedRoom}).
 *
 * <p>Thread: the RoomVerticle's. {@link #flush} must be called before a hub is answered about a room, so that the answer
 * does not overtake what came before it.
 */
final class Deliverer {
  private final Bus bus;
  private final Context context;
  private final RoomMetrics metrics;
  private final Map<String, List<Delivery>> gathered = new HashMap<>();
  private final List<Question> questions = new ArrayList<>();
  private boolean scheduled;

  private record Question(String hub, LiveRoom room, HandedRoom handed) { }

  Deliverer(Bus bus, Context context, RoomMetrics metrics) {
    this.bus = bus;
    this.context = context;
    this.metrics = metrics;
  }

  void deliver(LiveRoom room, Delivery delivery) {
    room.sockets.hubs().keySet().forEach(hub -> deliver(hub, room, delivery));
    if (!scheduled) {
      scheduled = true;
      context.runOnContext(turn -> {
        scheduled = false;
        send();
      });
    }
  }

  /** Something that is not stored. */
  void deliver(LiveRoom room, byte[] json) {
    deliver(room, new Delivery(room.id, 0, null, json, null, null));
  }

  private void deliver(String hub, LiveRoom room, Delivery delivery) {
    HandedRoom handed = room.sockets.handed.computeIfAbsent(hub, none -> new HandedRoom());
    if (handed.hand(delivery)) {
      gather(hub, room, handed, delivery);
    } else {
      metrics.waiting(1);
      if (!room.sockets.crowded) {
        tellIfCrowded(room);
      }
    }
  }

  /** Those who say it are the only ones who can end it. */
  private void tellIfCrowded(LiveRoom room) {
    boolean before = room.sockets.crowded;
    boolean crowded = room.sockets.handed.values().stream().anyMatch(handed -> handed.isCrowded(before));
    room.sockets.crowded = crowded;
    if (crowded || before) {
      bus.announce(ChatApi.CROWDED, new Crowded(room.id, crowded));
    }
  }

  private void gather(String hub, LiveRoom room, HandedRoom handed, Delivery delivery) {
    gathered.computeIfAbsent(hub, none -> new ArrayList<>()).add(delivery);
    askIfNeeded(hub, room, handed);
  }

  private void askIfNeeded(String hub, LiveRoom room, HandedRoom handed) {
    if (handed.ask()) {
      questions.add(new Question(hub, room, handed));
    }
  }

  /** Hands over all that the room has released. */
  void flush(LiveRoom room) {
    room.sockets.handed.forEach((hub, handed) -> {
      for (Delivery next = handed.take(); next != null; next = handed.take()) {
        metrics.waiting(-1);
        gather(hub, room, handed, next);
      }
    });
    tellIfCrowded(room);
    send();
  }

  private void send() {
    gathered.forEach((hub, deliveries) -> bus.tell(RoomApi.hub(hub), new Deliveries(deliveries)));
    gathered.clear();
    if (!questions.isEmpty()) {
      List<Question> now = List.copyOf(questions);
      questions.clear();
      now.forEach(this::ask);
    }
  }

  private void ask(Question question) {
    // A hub that is gone does not answer, and is handed what there was for it, which nobody hears.
    bus.ask(RoomApi.caughtUp(question.hub), new CaughtUp(question.room.id)).onComplete(written -> caughtUp(question));
  }

  private void caughtUp(Question question) {
    HandedRoom handed = question.handed;
    handed.caughtUp();
    for (Delivery next = handed.next(); next != null; next = handed.next()) {
      metrics.waiting(-1);
      gather(question.hub, question.room, handed, next);
    }
    tellIfCrowded(question.room);
    // Events of many kilobytes may be more than it should have by themselves.
    askIfNeeded(question.hub, question.room, handed);
    send();
  }
}
