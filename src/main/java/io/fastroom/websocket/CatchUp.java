package io.fastroom.websocket;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.Entered;
import io.fastroom.room.RoomApi.Events;
import io.fastroom.room.RoomApi.Item;
import io.fastroom.room.RoomApi.ReadAfter;
import io.fastroom.room.RoomApi.WhoIsThere;
import io.fastroom.websocket.ServerFrame.History;
import io.fastroom.websocket.ServerFrame.PresenceState;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the log for seats that are behind and lets them go live when they are where the room is. One road for slow
 * readers and for long resumes: as the socket drains, the next events are read and written, in order.
 *
 * <p>Thread: the event loop of its hub. Limits: one read at a time per seat, none while the outbox is not low.
 */
final class CatchUp {
  /** A history frame of a long resume is closed beyond this, in bytes. */
  private static final int HISTORY_BYTES = 256 << 10;

  private final Bus bus;

  CatchUp(Bus bus) {
    this.bus = bus;
  }

  /** Answers a join's {@code since}: as much of the first page as the outbox takes; the rest is read like any other. */
  void resume(Seat seat, Entered entered) {
    List<Item> first = entered.history();
    seat.resumeTo = entered.seq();
    seat.position = first.isEmpty() ? entered.historyTo() : first.get(0).event().seq() - 1;
    history(seat, first);
    advance(seat);
  }

  /** Does for a seat what makes sense now. To be called when its socket has drained, and every second. */
  void advance(Seat seat) {
    HubRoom room = seat.room;
    room.tellWaiters();
    boolean upToDate = !seat.behind && !seat.missedPresence;
    if (upToDate || seat.isGone() || seat.reading) {
      return;
    }
    if (seat.isFenced() && seat.position >= seat.fence) {
      seat.putOut.run();
      return;
    }
    if (seat.behind && !seat.isFenced() && seat.position == room.released() && seat.position >= seat.resumeTo) {
      room.goLive(seat);
    }
    if (!seat.outbox.isLow()) {
      return;
    }
    if (seat.behind && seat.position < room.released()) {
      read(seat);
    } else if (!seat.behind && seat.missedPresence) {
      presence(seat);
    }
  }

  private void read(Seat seat) {
    seat.reading = true;
    bus.ask(RoomApi.READ_AFTER, new ReadAfter(seat.room.id, seat.position)).onComplete(answer -> {
      seat.reading = false;
      // Failed or empty: the next tick asks again.
      if (!seat.isGone() && answer.succeeded() && !answer.result().events().isEmpty()) {
        take(seat, answer.result());
        advance(seat);
      } else if (!seat.isGone() && seat.isFenced() && answer.failed()
          && Refused.of(answer.cause()).problem() == Problem.ROOM_NOT_FOUND) {
        // Nobody is in the room any more, so its tail is gone too.
        seat.putOut.run();
      }
    });
  }

  private void take(Seat seat, Events page) {
    List<Item> items = page.events();
    int at = seat.position < seat.resumeTo ? history(seat, items) : 0;
    if (seat.position < seat.resumeTo) {
      return;
    }
    Outbox outbox = seat.outbox;
    for (Item item : items.subList(at, items.size())) {
      if (!outbox.hasRoomFor(item.json().length) || seat.isFenced() && seat.position >= seat.fence) {
        return;
      }
      if (item.event().seq() > seat.position) {
        outbox.send(item.json());
        seat.position = item.event().seq();
      }
    }
  }

  /** Writes history frames up to where the resume ends. Returns how many items they took. */
  private int history(Seat seat, List<Item> items) {
    int at = 0;
    do {
      List<Item> chunk = new ArrayList<>();
      int bytes = 0;
      while (at < items.size() && bytes < HISTORY_BYTES && items.get(at).event().seq() <= seat.resumeTo) {
        Item item = items.get(at++);
        if (item.event().seq() > seat.position) {
          chunk.add(item);
          bytes += item.json().length;
          seat.position = item.event().seq();
        }
      }
      seat.outbox.send(new History(seat.room.name(), chunk, true, seat.position < seat.resumeTo));
    } while (seat.position < seat.resumeTo && at < items.size() && seat.outbox.isLow());
    return at;
  }

  private void presence(Seat seat) {
    HubRoom room = seat.room;
    seat.missedPresence = false;
    bus.ask(RoomApi.WHO_IS_THERE, new WhoIsThere(room.id, room.name())).onComplete(users -> {
      if (users.failed()) {
        seat.missedPresence = true;
      } else if (!seat.isGone()) {
        seat.outbox.send(new PresenceState(room.name(), users.result()));
      }
    });
  }
}
