package io.fastroom.persistence;

import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.Invite;
import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.fastroom.persistence.AccountApi.CreateInvite;
import io.fastroom.persistence.AccountApi.DeleteInvite;
import io.fastroom.persistence.AccountApi.InvitePage;
import io.fastroom.persistence.AccountApi.ListInvites;
import io.fastroom.persistence.AccountApi.RegisterInvited;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** Table {@code invites}. Thread: any. */
final class InviteStore {
  private static final String INVITE = "i.id, i.code, i.uses, i.used, i.expires_at, i.created_at";
  private static final String CREATE = """
      INSERT INTO invites AS i (code, uses, expires_at, created_by) VALUES ($1, $2, $3, $4) RETURNING\s""" + INVITE;
  private static final String LIST = "SELECT " + INVITE + """

      FROM invites i WHERE $1::bigint IS NULL OR i.id < $1 ORDER BY i.id DESC LIMIT $2""";
  private static final String DELETE = "DELETE FROM invites WHERE id = $1";
  private static final String SPEND = """
      UPDATE invites SET used = used + 1
      WHERE code = $1 AND used < uses AND (expires_at IS NULL OR expires_at >\s""" + BothClocks.sql("$2") + ")";

  private final Database database;
  private final Emails emails;

  InviteStore(Database database, Emails emails) {
    this.database = database;
    this.emails = emails;
  }

  private static Invite invite(Row row) {
    return new Invite(row.getLong(0), row.getString(1), row.getInteger(2), row.getInteger(3), Rows.instant(row, 4),
        Rows.instant(row, 5));
  }

  Future<Invite> create(CreateInvite q) {
    return database.transaction(connection -> AdminStore.checkAdmin(connection, q.actorId())
        .compose(allowed -> connection.preparedQuery(CREATE)
            .execute(Tuple.of(q.code(), q.uses(), Rows.time(q.expiresAt()), q.actorId())))
        .map(rows -> invite(Rows.first(rows)))
        .compose(made -> audit(connection, q.actorId(), q.address(), "invite_made", made.id()).map(made)));
  }

  Future<InvitePage> list(ListInvites q) {
    return database.transaction(connection -> AdminStore.checkAdmin(connection, q.actorId())
        .compose(allowed -> connection.preparedQuery(LIST).execute(Tuple.of(q.before(), q.limit() + 1))))
        .map(rows -> {
          List<Invite> items = Rows.list(rows, InviteStore::invite);
          boolean more = items.size() > q.limit();
          return new InvitePage(List.copyOf(more ? items.subList(0, q.limit()) : items), more);
        });
  }

  Future<Void> delete(DeleteInvite q) {
    return database.transaction(connection -> AdminStore.checkAdmin(connection, q.actorId())
        .compose(allowed -> connection.preparedQuery(DELETE).execute(Tuple.of(q.inviteId())))
        .compose(rows -> {
          RoomChanges.check(rows.rowCount() == 0 ? Problem.INVITE_NOT_FOUND : null);
          return audit(connection, q.actorId(), q.address(), "invite_deleted", q.inviteId());
        }));
  }

  private static Future<Void> audit(SqlConnection connection, long actorId, String address, String action, long id) {
    return AuditStore.record(connection,
        AuditEntry.by(actorId, address, action, new Target("invite", id, null), null));
  }

  /** The invite is spent with the account that it makes, or not at all. */
  Future<User> register(RegisterInvited q) {
    return database.transaction(connection -> connection.preparedQuery(SPEND)
        .execute(Tuple.of(q.invite(), BothClocks.node()))
        .compose(spent -> {
          RoomChanges.check(spent.rowCount() == 0 ? Problem.INVITE_REQUIRED : null);
          return UserStore.register(connection, emails, q.user());
        }));
  }
}
