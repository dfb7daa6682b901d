package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.ChatApi.Append;
import io.fastroom.persistence.ChatApi.Appended;
import io.fastroom.persistence.ChatApi.Crowded;
import io.fastroom.persistence.ChatBatch.PendingChat;
import io.fastroom.persistence.ChatWriter.Turn;
import io.fastroom.persistence.ReactionApi.React;
import io.fastroom.persistence.ReactionApi.Reacted;
import io.fastroom.persistence.ReactionBatch.PendingReaction;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Writes messages and reactions in batches, each kind in batches of its own. A room always has the same lane, so its
 * messages are committed in order of arrival, and so are its reactions. A room that another transaction holds for longer
 * than a commit takes is moved to a separate lane that only waits, where it delays no other room, until all of it is
 * committed.
 *
 * <p>Thread: one context, that of its verticle.
 */
final class ChatWriters {
  /** PostgreSQL's lock table is small and shared by all its connections. */
  private static final int ROOMS_A_BATCH = 64;
  /** A commit of another node in the same room rarely takes longer. */
  private static final int LANE_WAIT_MILLIS = 20;
  private static final int PATIENT_WAIT_MILLIS = 100;
  private static final long LOOK_MILLIS = 10;
  /** Whoever says that a room is crowded may be gone before it is not any more. */
  private static final long CROWDED_NANOS = 2_000_000_000L;
  /** Nobody notices it, and a thousand who react at the same time are a few dozen commits. */
  private static final long GATHER_MILLIS = 25;

  private final Vertx vertx;
  private final Lane[] lanes;
  private final Lane patient;
  private final Set<Long> left = new HashSet<>();
  private final ChatMetrics metrics;
  /** Rooms in which more is said than can be told, and until when that is taken to be so, by {@link System#nanoTime}. */
  private final Map<Long, Long> crowded = new HashMap<>();
  private boolean closing;

  /** What is written over one connection: messages and reactions in turn. */
  private record Lane(Turnstile turnstile, ChatWriter<PendingChat> chats, ChatWriter<PendingReaction> reactions) {
    /** Hands over everything that waits in a room. */
    void leave(long room, Lane to) {
      chats.queue().remove(room).forEach(to.chats.queue()::add);
      reactions.queue().remove(room).forEach(to.reactions.queue()::add);
    }

    boolean has(long room) {
      return chats.queue().has(room) || reactions.queue().has(room);
    }

    void wake() {
      chats.wake();
      reactions.wake();
    }

    int size() {
      return chats.queue().size() + reactions.queue().size();
    }
  }

  /** What becomes of one kind of what is locked. */
  private interface Locked {
    <P extends Pending> Consumer<List<P>> of(Function<Lane, ChatWriter<P>> kind);
  }

  /**
   * @param database with one connection for each lane
   * @param waiting where the waiting lane takes its connection from, only when there is a locked room
   */
  ChatWriters(Vertx vertx, Bus bus, Database database, Database waiting, ChatRetries repeats, ChatMetrics metrics,
              int lanes) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.lanes = new Lane[lanes];
    for (int i = 0; i < lanes; i++) {
      int index = i;
      this.lanes[i] = lane(bus, database, repeats, () -> queue -> new Turn(ROOMS_A_BATCH, LANE_WAIT_MILLIS), new Locked() {
        @Override
        public <P extends Pending> Consumer<List<P>> of(Function<Lane, ChatWriter<P>> kind) {
          return locked -> leave(ChatWriters.this.lanes[index], kind, locked);
        }
      });
    }
    this.patient = lane(bus, waiting, repeats, Patience::new, new Locked() {
      @Override
      public <P extends Pending> Consumer<List<P>> of(Function<Lane, ChatWriter<P>> kind) {
        return locked -> stillLocked(kind, locked);
      }
    });
  }

  private Lane lane(Bus bus, Database database, ChatRetries repeats, Supplier<ChatWriter.Turns> turns,
                    Locked locked) {
    Turnstile turnstile = new Turnstile();
    return new Lane(turnstile,
        new ChatWriter<>(vertx, bus, database, ChatBatch::new, 0, turnstile, metrics, turns.get(), repeats::answer,
            locked.of(Lane::chats)),
        new ChatWriter<>(vertx, bus, database, ReactionBatch::new, GATHER_MILLIS, turnstile, metrics, turns.get(),
            none -> { }, locked.of(Lane::reactions)));
  }

  /** Fails as {@link PersistenceApi#APPEND} says. */
  Future<Appended> append(Append chat) {
    return write(chat.roomId(), Lane::chats, (answer, deadline) -> new PendingChat(chat, answer, deadline));
  }

  /** Fails as {@link ReactionApi#REACT} says. */
  Future<Reacted> react(React reaction) {
    return write(reaction.roomId(), Lane::reactions,
        (answer, deadline) -> new PendingReaction(reaction, answer, deadline));
  }

  private <P extends Pending, A> Future<A> write(long roomId, Function<Lane, ChatWriter<P>> kind,
                                                 BiFunction<Promise<A>, Long, P> pending) {
    ChatWriter<P> writer = kind.apply(lane(roomId));
    if (closing) {
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE));
    }
    if (isCrowded(roomId)) {
      metrics.refused();
      return Future.failedFuture(new Refused(Problem.BUSY, "More is said in the room than can be told, try again"));
    }
    Promise<A> answer = Promise.promise();
    P item = pending.apply(answer, ChatWriter.now() + ChatWriter.ANSWER_MILLIS);
    if (!writer.queue().hasPlace(item)) {
      metrics.refused();
      return Future.failedFuture(new Refused(Problem.BUSY, "Too much waits to be committed, try again"));
    }
    writer.queue().add(item);
    writer.wake();
    return answer.future();
  }

  void crowded(Crowded fact) {
    if (fact.crowded()) {
      crowded.put(fact.roomId(), System.nanoTime() + CROWDED_NANOS);
    } else {
      crowded.remove(fact.roomId());
    }
  }

  private boolean isCrowded(long roomId) {
    Long until = crowded.get(roomId);
    boolean now = until != null && System.nanoTime() < until;
    if (until != null && !now) {
      crowded.remove(roomId);
    }
    return now;
  }

  /** Completes when the commit that is under way for the room, if one is, has been announced. */
  Future<Void> underWay(long roomId) {
    return lane(roomId).turnstile().underWay();
  }

  private Lane lane(long roomId) {
    return left.contains(roomId) ? patient : lanes[(int) Math.floorMod(roomId, (long) lanes.length)];
  }

  /** Moves locked rooms from a lane to the waiting one, with everything queued for them. */
  private <P extends Pending> void leave(Lane lane, Function<Lane, ChatWriter<P>> kind, List<P> locked) {
    metrics.locked(locked.size());
    locked.forEach(kind.apply(patient).queue()::add);
    for (P item : locked) {
      if (left.add(item.roomId())) {
        lane.leave(item.roomId(), patient);
      }
    }
    if (!locked.isEmpty()) {
      patient.wake();
    }
  }

  private <P extends Pending> void stillLocked(Function<Lane, ChatWriter<P>> kind, List<P> locked) {
    kind.apply(patient).queue().putBack(locked);
    left.removeIf(room -> !patient.has(room));
  }

  /**
   * In one turn a single room waits in PostgreSQL's queue for its lock, so that it gets it in the end; in the next, all
   * rooms are tried without waiting.
   */
  private static final class Patience implements ChatWriter.Turns {
    private boolean waits;

    @Override
    public Turn next(ChatQueue<?> queue) {
      waits = !waits || queue.rooms() <= 1;
      return waits ? new Turn(1, PATIENT_WAIT_MILLIS) : new Turn(ROOMS_A_BATCH, 0);
    }
  }

  /** Accepts nothing more, and completes when everything accepted has been answered. */
  Future<Void> close() {
    closing = true;
    return all().allMatch(lane -> lane.turnstile().isIdle() && lane.size() == 0) ? Future.succeededFuture()
        : vertx.timer(LOOK_MILLIS).compose(waited -> close());
  }

  int waiting() {
    return all().mapToInt(Lane::size).sum();
  }

  private Stream<Lane> all() {
    return Stream.concat(Stream.of(lanes), Stream.of(patient));
  }
}
