package io.fastroom.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the history page is compared with: nothing but its query and its bytes. Arguments: database, room, file. */
public final class BareHistory {
  private static final String QUERY = """
      SELECT id, seq, user_id, username, content, created_at, edited_at, edited_by
      FROM messages WHERE room_id = $1 AND NOT deleted ORDER BY id DESC LIMIT 51""";

  private BareHistory() { }

  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    Pool pool = PgBuilder.pool().using(vertx).with(new PoolOptions().setMaxSize(Lab.DATABASE_CONNECTIONS))
        .connectingTo(PgConnectOptions.fromUri(args[0]).setCachePreparedStatements(true)).build();
    long room = Long.parseLong(args[1]);
    Buffer page = Buffer.buffer(Files.readString(Path.of(args[2])));
    vertx.createHttpServer().requestHandler(request -> {
      if (request.path().equals("/health")) {
        request.response().end();
        return;
      }
      pool.preparedQuery(QUERY).execute(Tuple.of(room)).onComplete(rows -> {
        if (rows.failed()) {
          request.response().setStatusCode(500).end(rows.cause().toString());
        } else {
          request.response().putHeader("Content-Type", "application/json").end(page);
        }
      });
    }).listen(Integer.parseInt(System.getenv("PORT")), "127.0.0.1").await();
  }
}
