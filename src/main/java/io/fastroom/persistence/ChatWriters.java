package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.ChatBatch.PendingChat;
import io.fastroom.persistence.ChatWriter.Turn;
import io.fastroom.persistence.PersistenceApi.Append;
import io.fastroom.persistence.PersistenceApi.Appended;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes messages in batches. A room always has the same lane, so messages of one room are committed in order of
 * arrival. A room that another transaction holds for longer than a commit takes is moved to a separate lane that only
 * waits, where it delays no other room, until all of its messages are committed.
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

  private final Vertx vertx;
  private final ChatWriter[] lanes;
  private final ChatWriter patient;
  private final Set<Long> left = new HashSet<>();
  private final ChatMetrics metrics;
  private boolean waits;
  private boolean closing;

  /**
   * @param database with one connection for each lane
   * @param waiting where the waiting lane takes its connection from, only when there is a locked room
   */
  ChatWriters(Vertx vertx, Bus bus, Database database, Database waiting, ChatRetries repeats, ChatMetrics metrics,
              int lanes) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.lanes = IntStream.range(0, lanes)
        .mapToObj(lane -> new ChatWriter(vertx, bus, database, repeats, metrics,
            queue -> new Turn(ROOMS_A_BATCH, LANE_WAIT_MILLIS), locked -> leave(lane, locked)))
        .toArray(ChatWriter[]::new);
    this.patient = new ChatWriter(vertx, bus, waiting, repeats, metrics, this::turn, this::stillLocked);
  }

  /** Fails as {@link PersistenceApi#APPEND} says. */
  Future<Appended> append(Append chat) {
    ChatWriter writer = writer(chat.roomId());
    if (closing || writer.queue().isFull()) {
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE));
    }
    Promise<Appended> answer = Promise.promise();
    writer.queue().add(new PendingChat(chat, answer, System.currentTimeMillis() + ChatWriter.ANSWER_MILLIS));
    writer.wake();
    return answer.future();
  }

  /** Completes when the commit that is under way for the room, if one is, has been announced. */
  Future<Void> underWay(long roomId) {
    return writer(roomId).underWay();
  }

  private ChatWriter writer(long roomId) {
    return left.contains(roomId) ? patient : lanes[(int) Math.floorMod(roomId, (long) lanes.length)];
  }

  /** Moves locked rooms from a lane to the waiting one, with everything queued for them. */
  private void leave(int lane, List<PendingChat> locked) {
    metrics.locked(locked.size());
    locked.forEach(patient.queue()::add);
    for (PendingChat item : locked) {
      if (left.add(item.roomId())) {
        lanes[lane].queue().remove(item.roomId()).forEach(patient.queue()::add);
      }
    }
    if (!locked.isEmpty()) {
      patient.wake();
    }
  }

  private void stillLocked(List<PendingChat> locked) {
    patient.queue().putBack(locked);
    left.removeIf(room -> !patient.queue().has(room));
  }

  /**
   * In one turn a single room waits in PostgreSQL's queue for its lock, so that it gets it in the end; in the next, all
   * rooms are tried without waiting.
   */
  private Turn turn(ChatQueue queue) {
    waits = !waits || queue.rooms() <= 1;
    return waits ? new Turn(1, PATIENT_WAIT_MILLIS) : new Turn(ROOMS_A_BATCH, 0);
  }

  /** Accepts nothing more, and completes when everything accepted has been answered. */
  Future<Void> close() {
    closing = true;
    return all().allMatch(ChatWriter::isIdle) ? Future.succeededFuture()
        : vertx.timer(LOOK_MILLIS).compose(waited -> close());
  }

  int waiting() {
    return all().mapToInt(writer -> writer.queue().size()).sum();
  }

  private Stream<ChatWriter> all() {
    return Stream.concat(Stream.of(lanes), Stream.of(patient));
  }
}
