package io.fastroom.websocket;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Message;
import io.fastroom.model.Page;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.RoomDeleted;
import io.fastroom.model.RoomEvent.RoomUpdated;
import io.fastroom.persistence.ChatApi;
import io.fastroom.persistence.ChatApi.Append;
import io.fastroom.persistence.ChatApi.Appended;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.MessagePage;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.Deliveries;
import io.fastroom.room.RoomApi.Delivery;
import io.fastroom.room.RoomApi.Events;
import io.fastroom.room.RoomApi.Join;
import io.fastroom.room.RoomApi.Joined;
import io.fastroom.room.RoomApi.Leave;
import io.fastroom.wire.EncodedEvent;
import io.fastroom.wire.EphemeralJson;
import io.fastroom.wire.EventJson;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Rooms in memory for tests of sockets alone: what RoomVerticle and persistence answer, without either. */
final class StandInRooms extends VerticleBase {
  static final int PAGE = 100;

  static final class Room {
    final long id;
    String name;
    final List<EncodedEvent> log = new ArrayList<>();
    final Map<String, Join> conns = new LinkedHashMap<>();
    Problem refuses;

    Room(long id, String name) {
      this.id = id;
      this.name = name;
    }

    long seq() {
      return log.size();
    }
  }

  private final Bus bus;
  private final Map<String, Room> byName = new HashMap<>();
  private final Map<Long, Room> byId = new HashMap<>();
  private final Map<String, Chat> byClientId = new HashMap<>();
  private long messages;
  private int readings;
  /** The next reading fails. */
  boolean isAway;
  /** When joins came, in nanoseconds of the monotonic clock, since they were held up; null while they are not. */
  private List<Long> heldUp;
  private Promise<Void> letIn = Promise.promise();

  StandInRooms(Bus bus) {
    this.bus = bus;
  }

  @Override
  public Future<?> start() {
    return Future.all(List.of(
        bus.answer(RoomApi.JOIN, this::enter), bus.answer(RoomApi.LEAVE, this::exit),
        bus.answer(RoomApi.READ_AFTER, this::readAfter),
        bus.answer(RoomApi.RELEASE, question -> Future.succeededFuture(true)),
        bus.answer(RoomApi.WHO_IS_THERE, who -> Future.succeededFuture(present(byId.get(who.roomId())))),
        bus.hear(RoomApi.TYPING, typing -> {
          Room room = byId.get(typing.roomId());
          ephemeral(room, EphemeralJson.typing(room.name, typing.username(), typing.isTyping()));
        }),
        bus.answer(ChatApi.APPEND, this::append),
        bus.answer(PersistenceApi.LIST_MESSAGES, this::list)));
  }

  /** Does something on the own thread and waits for it. */
  void now(Consumer<StandInRooms> action) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(batch -> {
      try {
        action.accept(this);
        done.complete();
      } catch (Throwable failure) {
        done.fail(failure);
      }
    });
    done.future().await();
  }

  Room room(String name) {
    return byName.computeIfAbsent(name, n -> {
      Room room = new Room(byId.size() + 1, n);
      byId.put(room.id, room);
      return room;
    });
  }

  int readings() {
    return readings;
  }

  /** Answers no join until they are let in. */
  void holdUp() {
    heldUp = new ArrayList<>();
  }

  /** @return when they came */
  List<Long> letIn() {
    List<Long> came = heldUp;
    heldUp = null;
    letIn.complete();
    letIn = Promise.promise();
    return came;
  }

  int heldUp() {
    return heldUp.size();
  }

  private Future<Joined> enter(Join wish) {
    if (heldUp != null) {
      heldUp.add(System.nanoTime());
      return letIn.future().compose(now -> enter(wish));
    }
    Room room = room(wish.room());
    if (room.refuses != null) {
      return Future.failedFuture(new Refused(room.refuses));
    }
    room.conns.put(wish.connId(), wish);
    Member member = new Member(wish.userId(), wish.username(), true, false, false, false, Instant.now());
    boolean since = wish.since() != null;
    List<EncodedEvent> history = since
        ? page(room, wish.since().seq())
        : room.log.stream().filter(item -> item.event() instanceof Chat).toList();
    long to = !since ? room.seq() : wish.since().seq() + history.size();
    Position last = room.log.isEmpty() ? new Position(0, Instant.EPOCH)
        : new Position(room.seq(), room.log.get(room.log.size() - 1).event().ts());
    return Future.succeededFuture(new Joined(room.id, room.name, member, room.seq(), last, present(room),
        since ? history : history.subList(Math.max(0, history.size() - 50), history.size()), since ? true : null, to));
  }

  private static RoomApi.Who present(Room room) {
    List<String> users = users(room);
    return new RoomApi.Who(users, users.size(), false);
  }

  private static List<String> users(Room room) {
    TreeSet<String> users = new TreeSet<>();
    room.conns.values().forEach(conn -> users.add(conn.username()));
    return List.copyOf(users);
  }

  private static List<EncodedEvent> page(Room room, long after) {
    int to = (int) Math.min(room.seq(), after + PAGE);
    return List.copyOf(room.log.subList((int) after, to));
  }

  private Future<Void> exit(Leave exit) {
    Room room = byId.get(exit.roomId());
    if (room != null) {
      room.conns.remove(exit.connId());
    }
    return Future.succeededFuture();
  }

  private Future<Events> readAfter(RoomApi.ReadAfter question) {
    readings++;
    if (isAway) {
      isAway = false;
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE));
    }
    Room room = byId.get(question.roomId());
    List<EncodedEvent> events = page(room, question.seq());
    return Future.succeededFuture(new Events(events, question.seq() + events.size()));
  }

  private Future<Appended> append(Append chat) {
    Chat first = chat.clientId() == null ? null : byClientId.get(chat.userId() + chat.clientId());
    if (first != null) {
      return Future.succeededFuture(new Appended(first, new Position(first.seq(), first.ts())));
    }
    Room room = byId.get(chat.roomId());
    if (room.refuses != null) {
      return Future.failedFuture(new Refused(room.refuses));
    }
    Chat event = say(room, chat.userId(), chat.username(), chat.text(), chat.clientId(), chat.connId(), chat.ref());
    if (chat.clientId() != null) {
      byClientId.put(chat.userId() + chat.clientId(), event);
    }
    return Future.succeededFuture(new Appended(event, null));
  }

  Chat say(Room room, long userId, String username, String text, String clientId, String connId, String ref) {
    long seq = room.seq() + 1;
    Instant now = Instant.now();
    Chat event = new Chat(room.id, room.name, seq, now,
        new Message(++messages, seq, userId, username, text, now, null, null, false, clientId));
    release(room, event, connId, ref);
    return event;
  }

  private Future<MessagePage> list(PersistenceApi.ListMessages question) {
    List<Message> all = byId.get(question.roomId()).log.stream()
        .filter(item -> item.event() instanceof Chat).map(item -> ((Chat) item.event()).message())
        .filter(message -> message.id() < question.beforeId()).toList();
    List<Message> last = all.subList(Math.max(0, all.size() - question.limit()), all.size());
    return Future.succeededFuture(
        new MessagePage(new Page<>(last, all.size(), question.limit(), 0), last.size() < all.size()));
  }

  void member(Room room, Member member) {
    release(room, new MemberUpdate(room.id, room.name, room.seq() + 1, Instant.now(), member), null, null);
  }

  void rename(Room room, String name) {
    release(room, new RoomUpdated(room.id, room.name, room.seq() + 1, Instant.now(), name, false), null, null);
    byName.remove(room.name);
    byName.put(name, room);
    room.name = name;
  }

  void delete(Room room) {
    release(room, new RoomDeleted(room.id, room.name, room.seq() + 1, Instant.now()), null, null);
    room.conns.clear();
  }

  void ephemeral(Room room, byte[] json) {
    hubs(room, new Delivery(room.id, 0, null, json, null, null));
  }

  private void release(Room room, RoomEvent event, String connId, String ref) {
    byte[] json = EventJson.encode(event);
    room.log.add(new EncodedEvent(event, json));
    hubs(room, new Delivery(room.id, event.seq(), event, json, connId, ref));
  }

  private void hubs(Room room, Delivery delivery) {
    room.conns.values().stream().map(Join::hub).distinct()
        .forEach(hub -> bus.tell(RoomApi.hub(hub), new Deliveries(List.of(delivery))));
  }
}
