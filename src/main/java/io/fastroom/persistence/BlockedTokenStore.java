package io.fastroom.persistence;

import io.fastroom.model.BlockedToken;
import io.fastroom.persistence.PersistenceApi.ListRevocations;
import io.fastroom.persistence.PersistenceApi.RevocationList;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Table {@code blocked_tokens}, and users who are disabled or deleted: what must no longer be accepted. Thread: any.
 */
final class BlockedTokenStore {
  /** A row has the time at which it was written, which precedes its commit by less than this. */
  private static final long OVERLAP_MICROS = 10_000_000;

  private static final String LIST = """
      SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, d.jti, d.expires_at, d.user_id
      FROM (SELECT) one LEFT JOIN (
        SELECT jti, expires_at, NULL::bigint AS user_id FROM blocked_tokens
        WHERE blocked_at > timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AND expires_at > {now}
        UNION ALL
        SELECT NULL, NULL, id FROM users
        WHERE disabled AND ($1::bigint = 0 OR disabled_at > timestamptz 'epoch' + $1::bigint * interval '1 microsecond')
        UNION ALL
        SELECT NULL, NULL, user_id FROM removed_users
        WHERE removed_at > timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
      ) d ON true""".replace("{now}", BothClocks.sql("$2"));

  private final Database database;

  BlockedTokenStore(Database database) {
    this.database = database;
  }

  Future<RevocationList> list(ListRevocations q) {
    return database.query(LIST, Tuple.of(q.sinceMicros(), BothClocks.node())).map(BlockedTokenStore::read);
  }

  private static RevocationList read(RowSet<Row> rows) {
    List<BlockedToken> tokens = new ArrayList<>();
    List<Long> users = new ArrayList<>();
    for (Row row : rows) {
      if (row.getString(1) != null) {
        tokens.add(new BlockedToken(row.getString(1), Rows.instant(row, 2)));
      } else if (row.getLong(3) != null) {
        users.add(row.getLong(3));
      }
    }
    return new RevocationList(List.copyOf(tokens), List.copyOf(users), Rows.first(rows).getLong(0) - OVERLAP_MICROS);
  }
}
