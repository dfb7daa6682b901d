package io.fastroom.internals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastroom.support.Backends;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the fence stands on; red here means that an upgrade of a library has changed what it never promised. */
final class LibraryInternalsTest {
  private static final PgConnectOptions OPTIONS = PgConnectOptions.fromUri(Backends.postgres().url());
  private static final int LOOPS = 2;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void hands_out_every_loop_and_the_one_of_a_context() throws Exception {
    assertThat(EventLoops.of(vertx)).hasSize(LOOPS);
    CompletableFuture<Boolean> onIt = new CompletableFuture<>();
    vertx.runOnContext(turn -> {
      EventLoop loop = EventLoop.of(vertx.getOrCreateContext());
      boolean[] ran = new boolean[1];
      loop.dispatch(() -> ran[0] = loop.netty().inEventLoop());
      onIt.complete(ran[0]);
    });
    assertThat(onIt.get(5, TimeUnit.SECONDS)).as("at once, on the same loop").isTrue();
  }

  @Test
  void tells_of_a_loop_that_is_held_up() throws Exception {
    Vertx strict = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1)
        .setMaxEventLoopExecuteTime(150).setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
        .setBlockedThreadCheckInterval(5).setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS));
    CompletableFuture<Long> limit = new CompletableFuture<>();
    EventLoops.onBlocked(strict, (loop, forNanos, limitNanos) -> limit.complete(limitNanos));
    strict.runOnContext(turn -> limit.join());
    assertThat(limit.get(10, TimeUnit.SECONDS)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(150));
    await(strict.close());
  }

  @Test
  void ends_connections_of_mail_clients_after_a_time() throws Exception {
    NetServer server = await(vertx.createNetServer().connectHandler(socket ->
        vertx.setPeriodic(50, timer -> socket.write("2"))).listen(0, "127.0.0.1"));
    NetClient client = MailConnections.bounded(vertx, 1_000, 1).createNetClient(new NetClientOptions());
    NetSocket socket = await(client.connect(server.actualPort(), "127.0.0.1"));
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(closed::complete);
    await(closed.future());
  }

  @Test
  void takes_a_socket_over_and_hears_its_end_though_it_was_upgraded() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    CompletableFuture<Void> vertxLetGo = new CompletableFuture<>();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    HttpServer server = vertx.createHttpServer(new HttpServerOptions().setPort(0).setHost("127.0.0.1"))
        .connectionHandler(connection -> HttpConnections.closed(connection).onSuccess(closed::complete))
        .requestHandler(request -> request.toWebSocket().onSuccess(socket -> {
          socket.closeHandler(vertxLetGo::complete);
          UpgradedSocket.takeOver(socket, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ignored, Object message) {
              if (message instanceof TextWebSocketFrame text) {
                heard.add(text.text());
              }
              ReferenceCountUtil.release(message);
            }
          });
        }));
    await(server.listen());
    WebSocketClient clients = vertx.createWebSocketClient();
    WebSocket client = await(clients.connect(server.actualPort(), "127.0.0.1", "/"));
    await(client.writeTextMessage("hello"));
    assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("hello");
    assertThat(vertxLetGo).succeedsWithin(5, TimeUnit.SECONDS);
    client.shutdown();
    client.close();
    assertThat(closed).succeedsWithin(15, TimeUnit.SECONDS);
    // What nobody holds is closed when it is collected.
    await(clients.close());
    await(server.close());
  }

  @Test
  void ends_a_connection_whose_statement_hangs() throws Exception {
    PgConnection connection = await(PgConnection.connect(vertx, OPTIONS));
    Promise<Void> ended = Promise.promise();
    connection.closeHandler(ended::complete);
    Future<?> hanging = connection.query("SELECT pg_sleep(60)").execute();
    SqlConnections.kill(connection);
    await(ended.future());
    assertThatThrownBy(() -> await(hanging)).isNotInstanceOf(java.util.concurrent.TimeoutException.class);
  }

  @Test
  void makes_the_connections_of_a_pool_and_labels_them() throws Exception {
    Pool pool = PgPools.pool(vertx, new PoolOptions().setMaxSize(1), new NetClientOptions(),
        opener -> context -> opener.open(context, OPTIONS).onSuccess(made -> SqlConnections.label(made, "ours")));
    for (int i = 0; i < 2; i++) {
      SqlConnection connection = await(pool.getConnection());
      assertThat(SqlConnections.label(connection)).isEqualTo("ours");
      await(connection.query("SELECT 1").execute());
      await(connection.close());
    }
    await(pool.close());
  }

  @Test
  void writes_json_as_utf8_in_buffers_that_are_used_again() {
    byte[] encoded = JsonBytes.encode(16, json -> {
      json.writeStartObject();
      json.writeStringField("text", "é🙂");
      json.writeEndObject();
    });
    assertThat(encoded).asString(StandardCharsets.UTF_8).isEqualTo("{\"text\":\"é🙂\"}");
    JsonBytes.encode(16, json -> json.writeNumber(1));
    assertThat(encoded).as("what was answered is the caller's own").asString(StandardCharsets.UTF_8).startsWith("{\"text");
  }
}
