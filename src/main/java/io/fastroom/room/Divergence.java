package io.fastroom.room;

import io.fastroom.model.Committed;
import io.fastroom.model.Position;
import io.fastroom.model.RoomEvent;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The events that this node commits to a room between the moment its log is found to have diverged and the room's
 * restart: only these copies know their senders.
 *
 * <p>Thread: the RoomVerticle's. Limits: {@link PendingEvents#MAX} events; those beyond it are read from the log.
 */
final class Divergence {
  private final List<Committed> before = new ArrayList<>();
  private final List<Committed> meanwhile = new ArrayList<>();
  private boolean loading;
  /** The current attempt to restart; null when the last one has failed. */
  Future<Void> attempt;

  /** @param committed by this node and not released, because the log does not continue what was released */
  Divergence(List<Committed> committed) {
    before.addAll(committed);
  }

  void hold(Committed committed) {
    List<Committed> to = loading ? meanwhile : before;
    if (committed.connId() != null && to.size() < PendingEvents.MAX) {
      to.add(committed);
    }
  }

  /** The log is about to be read: what is committed from now on may come after what is read. */
  void loading() {
    before.addAll(meanwhile);
    meanwhile.clear();
    loading = true;
  }

  /** In order, the events of the log that this node committed itself; those missing from it were lost. */
  List<Committed> within(List<RoomEvent> log) {
    Map<Long, RoomEvent> bySeq = new HashMap<>();
    log.forEach(event -> bySeq.put(event.seq(), event));
    List<Committed> own = new ArrayList<>(before);
    own.addAll(meanwhile);
    own.removeIf(one -> !bySeq.containsKey(one.event().seq())
        || !Position.sameTime(bySeq.get(one.event().seq()).ts(), one.event().ts()));
    own.sort(Comparator.comparingLong(one -> one.event().seq()));
    return own;
  }

  /** In order, what this node committed after the log was read at {@code head}. */
  List<Committed> after(long head) {
    return meanwhile.stream().filter(one -> one.event().seq() > head)
        .sorted(Comparator.comparingLong(one -> one.event().seq())).toList();
  }
}
