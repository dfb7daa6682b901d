package io.fastroom.room;

import io.fastroom.bus.Bus;
import io.fastroom.model.Position;
import io.fastroom.persistence.LogApi;
import io.fastroom.persistence.LogApi.LogQuestion;
import io.fastroom.persistence.LogApi.LogState;
import io.fastroom.persistence.LogApi.ReadPositions;
import io.fastroom.room.LiveRoom.Mark;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether what rooms have released is what the log holds. A failover may have lost the end of the log, a restore may
 * have replaced it; then the same seqs are used again and nothing that follows fits. Each room is compared at its
 * present position, at the position last found equal, and in between, since a replaced log may have grown beyond.
 *
 * <p>Thread: the RoomVerticle's. Limits: one query at a time, of {@value #ROOMS_A_QUERY} rooms; whoever asks meanwhile
 * shares the next, so a thousand joins need only as many queries as fit into the time that they take.
 */
final class LogComparison {
  private static final int ROOMS_A_QUERY = 1000;

  /** Told the result. */
  interface Verdict {
    void gone(LiveRoom room);

    void diverged(LiveRoom room);

    /** @param head the last seq used */
    void same(LiveRoom room, long head);
  }

  /**
   * A question about a room as it was when it was asked.
   *
   * @param suspicions how many there had been
   * @param from the position last found equal
   * @param question its index among the questions; one about {@code from} follows unless that is {@code to}
   */
  private record Asked(LiveRoom room, int history, long released, long suspicions, Mark from, Mark to, int question) {
    boolean hasMoved() {
      return from.at().seq() < to.at().seq();
    }

    /** Whether what was found equal is all that was released, and has no hole at its end. */
    boolean isSettled() {
      return !hasMoved() && to.at().seq() == released;
    }
  }

  private final Bus bus;
  private final Verdict verdict;
  private final Map<LiveRoom, Promise<Void>> wanted = new LinkedHashMap<>();
  private boolean asking;

  LogComparison(Bus bus, Verdict verdict) {
    this.bus = bus;
    this.verdict = verdict;
  }

  /** Compares the room as it is now; the verdict has been told when this completes. Fails when PostgreSQL is away. */
  Future<Void> compare(LiveRoom room) {
    Future<Void> compared = want(room);
    sweep(List.of());
    return compared;
  }

  void sweep(List<LiveRoom> rooms) {
    rooms.forEach(this::want);
    if (!asking) {
      next();
    }
  }

  private Future<Void> want(LiveRoom room) {
    return wanted.computeIfAbsent(room, one -> Promise.promise()).future();
  }

  private void next() {
    List<LiveRoom> rooms = wanted.keySet().stream().limit(ROOMS_A_QUERY).toList();
    asking = !rooms.isEmpty();
    if (!asking) {
      return;
    }
    List<Promise<Void>> promises = rooms.stream().map(wanted::remove).toList();
    List<Asked> asked = new ArrayList<>();
    List<LogQuestion> questions = new ArrayList<>();
    for (LiveRoom room : rooms) {
      Asked one = new Asked(room, room.history(), room.released(), room.suspicions(), room.confirmed, room.mark(),
          questions.size());
      asked.add(one);
      long from = one.from.at().seq();
      questions.add(new LogQuestion(room.id, from, one.to.at().seq(), one.isSettled() ? one.to.at().ts() : null));
      if (one.hasMoved()) {
        questions.add(new LogQuestion(room.id, from, from, null));
      }
    }
    bus.ask(LogApi.READ_POSITIONS, new ReadPositions(questions)).onComplete(answer -> {
      next();
      if (answer.succeeded()) {
        judge(asked, answer.result());
        promises.forEach(Promise::complete);
      } else {
        promises.forEach(promise -> promise.fail(answer.cause()));
      }
    });
  }

  private void judge(List<Asked> asked, List<LogState> states) {
    for (Asked one : asked) {
      // A question about a history that has ended meanwhile says nothing about the present one.
      if (one.history == one.room.history() && one.room.divergence == null) {
        judge(one, states.get(one.question + (one.hasMoved() ? 1 : 0)), states.get(one.question));
      }
    }
  }

  private void judge(Asked asked, LogState from, LogState to) {
    LiveRoom room = asked.room;
    if (to == LogState.AS_EXPECTED) {
      same(asked, asked.released);
    } else if (from == LogState.GONE || to == LogState.GONE || !to.createdAt().equals(room.createdAt())) {
      verdict.gone(room);
    } else if (to.head() < asked.released || to.sum() != asked.to.sum() - asked.from.sum()
        || differs(room, asked.from.at(), from.at()) || differs(room, asked.to.at(), to.at())) {
      verdict.diverged(room);
    } else {
      same(asked, to.head());
    }
  }

  private void same(Asked asked, long head) {
    asked.room.confirmed = asked.to;
    asked.room.dispel(asked.suspicions);
    verdict.same(asked.room, head);
  }

  /**
   * Whether the log has another event in the place of one that was released.
   *
   * @param found the last event of the log at or before it: an earlier one when the log has a hole there
   */
  static boolean differs(LiveRoom room, Position released, Position found) {
    if (found.seq() == released.seq()) {
      return !Position.sameTime(found.ts(), released.ts());
    }
    if (found.seq() <= room.tail.start(room.released())) {
      return false;
    }
    return !Position.sameTime(found.ts(), room.tail.ts(found.seq()));
  }
}
