package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.DirectApi.OpenDirect;
import io.fastroom.persistence.DirectApi.Opened;
import io.fastroom.persistence.UnreadApi.Moved;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** Rooms between two people. Thread: any. */
final class DirectStore {
  private static final String OPEN =
      "SELECT outcome, id, name, is_private, created_at, other_id FROM open_direct_v1($1, $2, $3, $4)";

  private final Database database;
  private final Bus bus;

  DirectStore(Database database, Bus bus) {
    this.database = database;
    this.bus = bus;
  }

  Future<Opened> open(OpenDirect q) {
    return database.query(OPEN, Tuple.of(q.actorId(), q.username(), Limits.ROOMS_MADE_BY_A_USER,
        Limits.MEMBERSHIPS_OF_A_USER)).map(rows -> {
      Opened opened = opened(Rows.first(rows));
      if (opened.isNew()) {
        bus.announce(UnreadApi.MOVED, new Moved(List.of(q.actorId(), Rows.first(rows).getLong(5))));
      }
      return opened;
    });
  }

  private static Opened opened(Row row) {
    return switch (row.getInteger(0)) {
      case 0 -> new Opened(Rows.room(row, 1), true);
      case 1 -> new Opened(Rows.room(row, 1), false);
      case 3 -> throw new Refused(Problem.USER_NOT_FOUND);
      case 4 -> throw new Refused(Problem.NOT_YOURSELF);
      case 5 -> throw new Refused(Problem.TOO_MANY_ROOMS_MADE);
      case 6 -> throw new Refused(Problem.TOO_MANY_MEMBERSHIPS);
      case 7 -> throw new Refused(Problem.UNAVAILABLE, "The room of an account that was deleted is about to give up the"
          + " name, try again");
      default -> throw new Refused(Problem.UNAUTHORIZED);
    };
  }
}
