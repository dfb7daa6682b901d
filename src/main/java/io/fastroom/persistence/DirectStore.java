package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.DirectApi.OpenDirect;
import io.fastroom.persistence.DirectApi.Opened;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;

/** Rooms between two people. Thread: any. */
final class DirectStore {
  private static final String OPEN =
      "SELECT outcome, id, name, is_private, created_at FROM open_direct_v1($1, $2, $3, $4)";

  private final Database database;

  DirectStore(Database database) {
    this.database = database;
  }

  Future<Opened> open(OpenDirect q) {
    return database.query(OPEN, Tuple.of(q.actorId(), q.username(), Limits.ROOMS_MADE_BY_A_USER,
        Limits.MEMBERSHIPS_OF_A_USER)).map(rows -> opened(Rows.first(rows)));
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
