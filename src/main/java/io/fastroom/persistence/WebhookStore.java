package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.Member;
import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.model.Webhook;
import io.fastroom.persistence.WebhookApi.CreateWebhook;
import io.fastroom.persistence.WebhookApi.DeleteWebhook;
import io.fastroom.persistence.WebhookApi.GetWebhook;
import io.fastroom.persistence.WebhookApi.ListWebhooks;
import io.fastroom.persistence.WebhookApi.ReplayWebhook;
import io.fastroom.persistence.WebhookApi.UpdateWebhook;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Table {@code webhooks} as moderators and administrators see it. Thread: any. */
final class WebhookStore {
  static final int MAX_OF_A_ROOM = 10;
  static final int MAX_OF_ALL = 100;

  private static final String HOOK = "w.id, w.room_id, w.url, w.events, w.state, w.last_status, w.last_error, w.last_at, "
      + "(SELECT COALESCE(sum(GREATEST(0, b.head - b.at)), 0)::bigint FROM webhook_backlog_v2(w.id) b)";
  private static final String OF = " WHERE w.room_id IS NOT DISTINCT FROM NULLIF($1::bigint, 0)";
  /** A moderator's row is locked, so that no two make the last one. */
  private static final String MEMBER = "SELECT " + Rows.ROOM + ", " + Rows.MEMBER
      + " FROM rooms r JOIN users u ON u.id = $1 LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = u.id"
      + " WHERE r.id = $2";
  private static final String COUNT = "SELECT count(*) FROM webhooks w" + OF;
  private static final String CREATE = """
      WITH made AS (
        INSERT INTO webhooks (room_id, url, events, secret) VALUES (NULLIF($1::bigint, 0), $2, $3, $4) RETURNING id, room_id
      ), begun AS (
        INSERT INTO webhook_cursors (webhook_id, room_id, seq, ts)
        SELECT made.id, h.room_id, h.seq, h.ts FROM made JOIN room_heads h ON h.room_id = made.room_id
      )
      SELECT id FROM made""";
  private static final String LIST = "SELECT " + HOOK + " FROM webhooks w" + OF + " ORDER BY w.id";
  private static final String GET = "SELECT " + HOOK + " FROM webhooks w" + OF + " AND w.id = $2";
  /** The node that delivers it ends first, when it finds another revision: two would mix up the order. */
  private static final String UPDATE = """
      UPDATE webhooks w SET url = COALESCE($3, url), events = CASE WHEN $4::text[] IS NULL THEN events
          ELSE NULLIF($4::text[], '{}') END,
        state = COALESCE($5, state), revision = revision + 1,
        attempts = CASE WHEN $5 = 'active' THEN 0 ELSE attempts END,
        failing_since = CASE WHEN $5 = 'active' THEN NULL ELSE failing_since END,
        next_at = CASE WHEN $5 = 'active' THEN clock_timestamp() ELSE next_at END""" + OF + " AND w.id = $2";
  private static final String DELETE = "DELETE FROM webhooks w" + OF + " AND w.id = $2 RETURNING w.url";
  private static final String REPLAY = """
      WITH again AS (
        UPDATE webhooks w SET revision = revision + 1, next_at = clock_timestamp()
      """ + OF + """
         AND w.id = $2 RETURNING w.id
      )
      INSERT INTO webhook_cursors AS c (webhook_id, room_id, seq)
      SELECT again.id, h.room_id, LEAST(h.seq, $4::bigint - 1) FROM again JOIN room_heads h ON h.room_id = $3
      ON CONFLICT (webhook_id, room_id) DO UPDATE SET seq = EXCLUDED.seq, ts = NULL""";

  /** What stands before path and query, which may be secrets of the receiver's. */
  private static final Pattern SERVER = Pattern.compile("^[^/?#]*//[^/?#]*");

  private final Database database;

  WebhookStore(Database database) {
    this.database = database;
  }

  List<Future<?>> answers(Bus bus) {
    return List.of(bus.answer(WebhookApi.CREATE, this::create), bus.answer(WebhookApi.LIST, this::list),
        bus.answer(WebhookApi.GET, this::get), bus.answer(WebhookApi.UPDATE, this::update),
        bus.answer(WebhookApi.DELETE, this::delete), bus.answer(WebhookApi.REPLAY, this::replay));
  }

  private Future<Webhook> create(CreateWebhook q) {
    int most = q.roomId() == 0 ? MAX_OF_ALL : MAX_OF_A_ROOM;
    Tuple values = Tuple.tuple().addLong(q.roomId()).addString(q.url()).addArrayOfString(array(q.events()))
        .addString(q.secret());
    return database.transaction(connection -> allowed(connection, q.actorId(), q.roomId())
        .compose(may -> connection.preparedQuery("SELECT pg_advisory_xact_lock(hashtextextended('webhooks', $1))")
            .execute(Tuple.of(q.roomId())))
        .compose(turn -> connection.preparedQuery(COUNT).execute(Tuple.of(q.roomId())))
        .compose(count -> {
          RoomChanges.check(Rows.first(count).getLong(0) >= most ? Problem.TOO_MANY_WEBHOOKS : null);
          return connection.preparedQuery(CREATE).execute(values);
        })
        .compose(made -> one(connection, q.roomId(), Rows.first(made).getLong(0)))
        .compose(hook -> AuditStore.record(connection,
            entry(q.actorId(), q.address(), "webhook_made", hook.id(), hook.url(), q.roomId())
                .with("events", words(q.events()))).map(hook)));
  }

  private Future<List<Webhook>> list(ListWebhooks q) {
    return database.transaction(connection -> allowed(connection, q.actorId(), q.roomId())
            .compose(may -> connection.preparedQuery(LIST).execute(Tuple.of(q.roomId()))))
        .map(rows -> List.copyOf(Rows.list(rows, WebhookStore::hook)));
  }

  private Future<Webhook> get(GetWebhook q) {
    return database.transaction(connection -> allowed(connection, q.actorId(), q.roomId())
        .compose(may -> one(connection, q.roomId(), q.id())));
  }

  private Future<Webhook> update(UpdateWebhook q) {
    Tuple values = Tuple.tuple().addLong(q.roomId()).addLong(q.id()).addString(q.url())
        .addArrayOfString(q.events() == null ? null : q.events().toArray(String[]::new))
        .addString(q.state() == null ? null : q.state().text());
    return database.transaction(connection -> allowed(connection, q.actorId(), q.roomId())
        .compose(may -> connection.preparedQuery(UPDATE).execute(values))
        .compose(done -> one(connection, q.roomId(), q.id()))
        .compose(hook -> AuditStore.record(connection,
            entry(q.actorId(), q.address(), "webhook_changed", q.id(), hook.url(), q.roomId())
                .with("url", q.url() == null ? null : server(q.url())).with("events", words(q.events()))
                .with("state", q.state() == null ? null : q.state().text())).map(hook)));
  }

  private Future<Void> delete(DeleteWebhook q) {
    return database.transaction(connection -> allowed(connection, q.actorId(), q.roomId())
        .compose(may -> connection.preparedQuery(DELETE).execute(Tuple.of(q.roomId(), q.id())))
        .compose(rows -> {
          RoomChanges.check(rows.size() == 0 ? Problem.WEBHOOK_NOT_FOUND : null);
          return AuditStore.record(connection, entry(q.actorId(), q.address(), "webhook_deleted", q.id(),
              Rows.first(rows).getString(0), q.roomId()));
        }));
  }

  private Future<Webhook> replay(ReplayWebhook q) {
    return database.transaction(connection -> allowed(connection, q.actorId(), q.roomId())
        .compose(may -> one(connection, q.roomId(), q.id()))
        .compose(found -> connection.preparedQuery(REPLAY)
            .execute(Tuple.of(q.roomId(), q.id(), q.inRoom(), q.seq())))
        .compose(set -> {
          RoomChanges.check(set.rowCount() == 0 ? Problem.ROOM_NOT_FOUND : null);
          return one(connection, q.roomId(), q.id());
        })
        .compose(hook -> AuditStore.record(connection,
            entry(q.actorId(), q.address(), "webhook_replayed", q.id(), hook.url(), q.roomId())
                .with("room", q.roomId() == 0 ? q.inRoom() : null).with("seq", q.seq())).map(hook)));
  }

  private static AuditEntry entry(long actorId, String address, String action, long id, String url, long roomId) {
    return AuditEntry.by(actorId, address, action, new Target("webhook", id, server(url)), roomId == 0 ? null : roomId);
  }

  private static String server(String url) {
    Matcher server = SERVER.matcher(url);
    return server.find() ? server.group() : url;
  }

  /** @return null when nothing is said of them */
  private static String words(List<String> events) {
    return events == null ? null : events.isEmpty() ? "all" : String.join(" ", events);
  }

  private static Future<Void> allowed(SqlConnection connection, long actorId, long roomId) {
    if (roomId == 0) {
      return AdminStore.checkAdmin(connection, actorId);
    }
    return connection.preparedQuery(MEMBER).execute(Tuple.of(actorId, roomId)).map(rows -> {
      RoomChanges.check(rows.size() == 0 ? Problem.ROOM_NOT_FOUND : null);
      Row row = Rows.first(rows);
      Member member = Rows.member(row, Rows.ROOM_WIDTH);
      RoomChanges.check(Permissions.moderate(Rows.room(row, 0), member));
      return null;
    });
  }

  private static Future<Webhook> one(SqlConnection connection, long roomId, long id) {
    return connection.preparedQuery(GET).execute(Tuple.of(roomId, id)).map(WebhookStore::found);
  }

  private static Webhook found(RowSet<Row> rows) {
    RoomChanges.check(rows.size() == 0 ? Problem.WEBHOOK_NOT_FOUND : null);
    return hook(Rows.first(rows));
  }

  private static String[] array(List<String> events) {
    return events == null || events.isEmpty() ? null : events.toArray(String[]::new);
  }

  static List<String> events(Row row, int at) {
    String[] events = row.getArrayOfStrings(at);
    return events == null ? List.of() : List.of(events);
  }

  private static Webhook hook(Row row) {
    return new Webhook(row.getLong(0), row.getLong(1) == null ? 0 : row.getLong(1), row.getString(2), events(row, 3),
        Webhook.State.of(row.getString(4)), row.getLong(8), row.getInteger(5), row.getString(6), Rows.instant(row, 7));
  }
}
