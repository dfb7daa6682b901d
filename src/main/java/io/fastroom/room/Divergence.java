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
 * What this node commits to a room from the moment its log is known to be another one until the room has begun again:
 * only these copies know their senders.
 *
 * <p>Thread: the RoomVerticle's. Limits: {@link PendingEvents#MAX} events; those beyond it are read from the log.
 */
final class Divergence {
  private final List<Committed> before = new ArrayList<>();
  private final List<Committed> meanwhile = new ArrayList<>();
  private boolean loading;
  /** The attempt to begin again that is under way; null when the last one has failed. */
  Future<Void> attempt;

  /** @param committed by this node, and not released since the log does not go on from what was */
  Divergence(List<Committed> committed) {
    before.addAll(committed);
  }

  void hold(Committed committed) {
    List<Committed> to = loading ? meanwhile : before;
    if (committed.connId() != null && to.size() < PendingEvents.MAX) {
      to.add(committed);
    }
  }

  /** The log is about to be asked for: what is committed from now on may be after the answer. */
  void loading() {
    before.addAll(meanwhile);
    meanwhile.clear();
    loading = true;
  }

  /** In order, those events of the log that this node has committed itself; what is not in it belongs to no log. */
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

  /** In order, what this node has committed after the log was read at {@code head}. */
  List<Committed> after(long head) {
    return meanwhile.stream().filter(one -> one.event().seq() > head)
        .sorted(Comparator.comparingLong(one -> one.event().seq())).toList();
  }
}
