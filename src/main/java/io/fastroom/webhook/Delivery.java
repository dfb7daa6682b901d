package io.fastroom.webhook;

import io.fastroom.model.Position;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Other;
import io.fastroom.persistence.LogApi.LogPage;
import io.fastroom.persistence.WebhookApi.Behind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * One thing that a receiver is sent: an event of the log, or a word about events that it cannot be sent any more. Thread:
 * any; immutable.
 *
 * @param id the same at each try
 * @param reached where the hook has got by it
 * @param wanted whether it is sent; else it is only stepped over
 */
record Delivery(What what, RoomEvent event, String id, Position reached, boolean wanted) {
  enum What { EVENT, REMOVED, DIVERGED }

  /**
   * Whether the log that was read is another one than that in which somebody got there. Between events that were removed
   * since it is the same.
   */
  static boolean hasDiverged(Position at, LogPage page) {
    Position base = page.base();
    return page.head() < at.seq() || at.ts() != null
        && (base.ts().isAfter(at.ts()) || base.seq() == at.seq() && !Position.sameTime(base.ts(), at.ts()));
  }

  /** All that a page has, and does not have any more; it goes on where the room was behind. */
  static List<Delivery> of(Behind room, LogPage page, Predicate<RoomEvent> wanted) {
    List<Delivery> all = new ArrayList<>(page.events().size() + 1);
    Position reached = new Position(room.at().seq(), page.base().ts());
    for (RoomEvent event : page.events()) {
      if (event.seq() > reached.seq() + 1) {
        all.add(removed(room, reached, event.seq() - 1));
      }
      reached = new Position(event.seq(), event.ts());
      all.add(new Delivery(What.EVENT, event, Body.id(event), reached, wanted.test(event)));
    }
    if (page.to() > reached.seq()) {
      all.add(removed(room, reached, page.to()));
    }
    return all;
  }

  private static Delivery removed(Behind room, Position before, long upTo) {
    long from = before.seq() + 1;
    return new Delivery(What.REMOVED, new Other(room.roomId(), room.room(), upTo, before.ts(), "events_removed",
        "{\"from\":" + from + "}"), "gap_" + room.roomId() + "_" + from + "_" + upTo + "_" + Body.text(before.ts()),
        new Position(upTo, before.ts()), true);
  }

  /** @param begin where it starts over */
  static Delivery diverged(Behind room, Position begin) {
    Position at = room.at();
    String id = "div_" + room.roomId() + "_" + at.seq() + (at.ts() == null ? "" : "_" + Body.text(at.ts()));
    return new Delivery(What.DIVERGED, new Other(room.roomId(), room.room(), begin.seq(), begin.ts(), "log_diverged", "{}"),
        id, begin, true);
  }
}
