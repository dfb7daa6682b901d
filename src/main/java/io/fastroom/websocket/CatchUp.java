package io.fastroom.websocket;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.RoomUpdated;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.EnsureMember;
import io.fastroom.persistence.ReactionApi;
import io.fastroom.persistence.ReactionApi.FindReactions;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.Events;
import io.fastroom.room.RoomApi.Joined;
import io.fastroom.room.RoomApi.ReadAfter;
import io.fastroom.room.RoomApi.StartOver;
import io.fastroom.room.RoomApi.WhoIsThere;
import io.fastroom.websocket.ServerFrame.History;
import io.fastroom.websocket.ServerFrame.PresenceState;
import io.fastroom.wire.EncodedEvent;
import io.fastroom.wire.EventJson;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the log for subscriptions that are behind and lets them go live when they have caught up with the room. It
 * works the same for slow readers and for long resumes: as the socket drains, the next events are read and written, in
 * order.
 *
 * <p>Thread: the event loop of its hub. Limits: one read at a time per subscription, none while the outbox is not low.
 */
final class CatchUp {
  private final Bus bus;
  private final FlushBatch batch;

  CatchUp(Bus bus, FlushBatch batch) {
    this.bus = bus;
    this.batch = batch;
  }

  /** Answers a join's {@code since}: as much of the first page as fits into the outbox; the rest is read later. */
  void resume(Subscription subscription, Joined entered, Map<Long, Set<String>> mine) {
    List<EncodedEvent> first = entered.history();
    subscription.resumeTo = entered.seq();
    subscription.position = first.isEmpty() ? entered.historyTo() : first.get(0).event().seq() - 1;
    history(subscription, first, entered.historyTo(), mine);
    advance(subscription);
  }

  /**
   * With what the socket's user reacts to the messages of a page, which is the one thing in it that is not the same for
   * everybody. To be asked after the page is known and before it is sent: a reaction of the user's own that comes later
   * follows as an event.
   */
  Future<Map<Long, Set<String>>> mine(Subscription subscription, List<EncodedEvent> page) {
    List<Long> ids = new ArrayList<>(0);
    for (EncodedEvent item : page) {
      if (item.event() instanceof Chat chat && !chat.message().reactions().isEmpty()) {
        ids.add(chat.message().id());
      }
    }
    return ids.isEmpty() ? Future.succeededFuture(Map.of()) : bus.ask(ReactionApi.FIND_REACTIONS,
        new FindReactions(subscription.room.id, subscription.session.userId(), ids));
  }

  /** Succeeds when the subscription's user is a member of its room; fails with Refused. */
  Future<Void> member(Subscription subscription) {
    HubRoom room = subscription.room;
    return bus.ask(PersistenceApi.ENSURE_MEMBER, new EnsureMember(subscription.session.userId(), room.name(), false))
        .map(found -> {
          if (found.room().id() != room.id || found.member() == null || !found.member().isMember()) {
            throw new Refused(Problem.ROOM_NOT_FOUND);
          }
          return null;
        });
  }

  /** Forgets how far the subscription had got: it is told what a new one would be, as soon as its socket has room. */
  void startOver(Subscription subscription, StartOver told) {
    subscription.startOver = told;
    subscription.position = told.seq();
    subscription.resumeTo = 0;
    subscription.said = 0;
    // Presence may have changed by the time a slow reader is told.
    subscription.missedPresence |= subscription.isPresent() && !subscription.outbox.isLow();
    advance(subscription);
  }

  private void prepare(Subscription subscription) {
    StartOver told = subscription.startOver;
    subscription.reading = true;
    mine(subscription, told.history()).compose(mine -> batch.turn().map(mine)).onComplete(mine -> {
      subscription.reading = false;
      if (mine.succeeded() && !subscription.isGone() && subscription.startOver == told) {
        begin(subscription, mine.result());
      }
      // Else the next tick tries again.
      if (mine.succeeded()) {
        advance(subscription);
      }
    });
  }

  private static void begin(Subscription subscription, Map<Long, Set<String>> mine) {
    StartOver told = subscription.startOver;
    subscription.startOver = null;
    Outbox outbox = subscription.outbox;
    if (!told.room().equals(subscription.knownAs)) {
      outbox.send(EventJson.encode(new RoomUpdated(told.roomId(), subscription.knownAs, told.last().seq(),
          told.last().ts(), told.room(), told.isPrivate())), null);
      subscription.knownAs = told.room();
    }
    outbox.send(new ServerFrame.Joined(null, told.room(), told.roomId(), told.last().seq(), told.last().ts()));
    if (subscription.isPresent()) {
      outbox.send(new PresenceState(told.room(), told.present()));
    }
    snapshot(outbox, told.room(), told.history(), false, told.last(), mine);
  }

  /**
   * Sends the last messages of a room, in as many frames as they take.
   *
   * @param resumed false when the client had asked for more, null when it had not
   * @param last where the log stands
   */
  static void snapshot(Outbox outbox, String room, List<EncodedEvent> messages, Boolean resumed, Position last,
                       Map<Long, Set<String>> mine) {
    List<List<EncodedEvent>> parts = FrameSize.parts(messages);
    for (int i = 0; i < parts.size(); i++) {
      boolean more = i + 1 < parts.size();
      outbox.send(new History(room, parts.get(i), resumed, resumed == null && parts.size() == 1 ? null : (Boolean) more,
          more ? null : last, mine));
    }
  }

  /** Does for a subscription whatever is possible now. To be called when its socket has drained, and every second. */
  void advance(Subscription subscription) {
    HubRoom room = subscription.room;
    room.tellWaiters();
    boolean upToDate = !subscription.behind && !subscription.missedPresence;
    if (upToDate || subscription.isGone() || subscription.reading) {
      return;
    }
    if (subscription.startOver != null) {
      if (subscription.outbox.isLow()) {
        prepare(subscription);
      }
      return;
    }
    if (subscription.isFenced() && subscription.position >= subscription.fence) {
      subscription.putOut.run();
      return;
    }
    if (subscription.behind && !subscription.isFenced() && subscription.position == room.released()
        && subscription.position >= subscription.resumeTo) {
      room.goLive(subscription);
    }
    if (!subscription.outbox.isLow()) {
      return;
    }
    if (subscription.behind && subscription.position < room.released()) {
      read(subscription);
    } else if (!subscription.behind && subscription.missedPresence) {
      presence(subscription);
    }
  }

  private void read(Subscription subscription) {
    subscription.reading = true;
    long from = subscription.position;
    int history = subscription.room.history();
    bus.ask(RoomApi.READ_AFTER, new ReadAfter(subscription.room.id, from, subscription.session.userId()))
        .compose(page -> pageOf(subscription, page)).compose(page -> batch.turn().map(page)).onComplete(answer -> {
      subscription.reading = false;
      if (subscription.isGone()) {
        return;
      }
      if (subscription.room.history() != history) {
        advance(subscription);
      } else if (answer.succeeded()) {
        take(subscription, answer.result());
        // Without progress the next tick tries again.
        if (subscription.position > from) {
          advance(subscription);
        }
      } else if (subscription.isFenced() && Refused.of(answer.cause()).problem() == Problem.ROOM_NOT_FOUND) {
        // The room has no sockets any more, so its tail is gone, too.
        subscription.putOut.run();
      }
    });
  }

  /** @param mine needed for history only */
  private record Page(Events read, Map<Long, Set<String>> mine) { }

  private Future<Page> pageOf(Subscription subscription, Events read) {
    return subscription.position >= subscription.resumeTo ? Future.succeededFuture(new Page(read, Map.of()))
        : mine(subscription, read.events()).map(mine -> new Page(read, mine));
  }

  private void take(Subscription subscription, Page read) {
    Events page = read.read();
    List<EncodedEvent> items = page.events();
    int at = subscription.position < subscription.resumeTo ? history(subscription, items, page.to(), read.mine()) : 0;
    if (subscription.position < subscription.resumeTo) {
      return;
    }
    Outbox outbox = subscription.outbox;
    for (EncodedEvent each : items.subList(at, items.size())) {
      EncodedEvent item = named(subscription, each);
      if (!outbox.hasRoomFor(item.json().length) || subscription.isFenced() && subscription.position >= subscription.fence) {
        return;
      }
      if (item.event().seq() > subscription.position) {
        outbox.send(item.json(), at(item));
        subscription.position = item.event().seq();
        subscription.knownAs = item.event() instanceof RoomUpdated update ? update.name() : subscription.knownAs;
      }
    }
    subscription.position = Math.max(subscription.position, page.to());
  }

  /**
   * Writes history frames up to the end of the resume or to {@code to}, up to which the items are complete. Returns how
   * many items were written.
   */
  private int history(Subscription subscription, List<EncodedEvent> items, long to, Map<Long, Set<String>> mine) {
    long end = Math.min(to, subscription.resumeTo);
    int at = 0;
    do {
      List<EncodedEvent> chunk = new ArrayList<>();
      int bytes = FrameSize.ENVELOPE;
      while (at < items.size() && items.get(at).event().seq() <= end) {
        EncodedEvent item = named(subscription, items.get(at));
        if (item.event().seq() > subscription.position) {
          bytes += FrameSize.of(item);
          if (bytes > FrameSize.MAX && !chunk.isEmpty()) {
            break;
          }
          chunk.add(item);
          subscription.position = item.event().seq();
        }
        at++;
      }
      if (at == items.size() || items.get(at).event().seq() > end) {
        subscription.position = Math.max(subscription.position, end);
      }
      boolean more = subscription.position < subscription.resumeTo;
      Position reached = chunk.isEmpty() ? null : at(chunk.get(chunk.size() - 1));
      subscription.outbox.send(new History(subscription.knownAs, chunk, true, more, reached, mine));
    } while (subscription.position < end && at < items.size() && subscription.outbox.isLow());
    return at;
  }

  /** What is read bears the name of today; the client must know the room by it. */
  private static EncodedEvent named(Subscription subscription, EncodedEvent item) {
    RoomEvent read = item.event();
    RoomEvent named = read.room().equals(subscription.knownAs) ? read : read.in(subscription.knownAs);
    return named == read ? item : new EncodedEvent(named, EventJson.encode(named));
  }

  private static Position at(EncodedEvent item) {
    return new Position(item.event().seq(), item.event().ts());
  }

  private void presence(Subscription subscription) {
    HubRoom room = subscription.room;
    subscription.missedPresence = false;
    bus.ask(RoomApi.WHO_IS_THERE, new WhoIsThere(room.id, room.name())).onComplete(users -> {
      if (users.failed()) {
        subscription.missedPresence = true;
        subscription.session.visit().soon();
      } else if (!subscription.isGone()) {
        subscription.outbox.send(new PresenceState(room.name(), users.result()));
      }
    });
  }
}
