package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.User;
import io.fastroom.persistence.ChatApi.Append;
import io.fastroom.persistence.ChatApi.Appended;
import io.fastroom.persistence.LogApi.ReadLog;
import io.fastroom.persistence.PersistenceApi.CreateRoom;
import io.fastroom.persistence.PersistenceApi.JoinRoom;
import io.fastroom.persistence.PersistenceApi.RegisterUser;
import io.fastroom.settings.DatabaseUrl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** The persistence of one node, asked through its bus as the rest of a node does. Blocks: for test threads only. */
final class TestNode implements AutoCloseable {
  final Vertx vertx = Vertx.vertx();
  final String url;
  final Bus bus;
  final Persistence persistence;
  final Queue<RoomEvent> committed = new ConcurrentLinkedQueue<>();

  TestNode(String url) {
    this(url, null);
  }

  TestNode(String url, String replicaUrl) {
    this.url = url;
    Bus.install(vertx);
    bus = new Bus(vertx);
    persistence = new Persistence(vertx, bus, url, replicaUrl, 8, true, false, new SimpleMeterRegistry());
    bus.hear(ChatApi.COMMITTED, all -> all.events().forEach(one -> committed.add(one.event()))).await();
    vertx.deployVerticle(persistence.verticle(), new DeploymentOptions().setInstances(2)).await();
    vertx.deployVerticle(persistence.chatWriter(), new DeploymentOptions()).await();
  }

  /** A node on a new database of its own. */
  static TestNode onNewDatabase() {
    String url = TestDatabase.create();
    Vertx vertx = Vertx.vertx();
    new Migrations(vertx, url).up().await();
    vertx.close().await();
    return new TestNode(url);
  }

  <Q, A> A ask(Address<Q, A> to, Q question) {
    return bus.ask(to, question).await();
  }

  /** What the question is refused with, null when it is not. */
  <Q, A> Problem refusal(Address<Q, A> to, Q question) {
    return bus.ask(to, question).<Problem>map(answer -> null)
        .otherwise(failure -> Refused.of(failure).problem()).await();
  }

  /** The limits that a statement of the pool runs under. */
  List<String> settings() {
    return one("SELECT ARRAY[current_setting('statement_timeout'), current_setting('lock_timeout'), "
        + "current_setting('idle_in_transaction_session_timeout')]::text[]", row -> List.of(row.getArrayOfStrings(0)));
  }

  String setting(String name) {
    return one("SELECT current_setting('" + name + "')", row -> row.getString(0));
  }

  /** How many statements have names in the session that answers this. */
  long preparedAfter(User asked) {
    return one("SELECT count(*) FROM pg_prepared_statements", row -> row.getLong(0));
  }

  private <T> T one(String sql, Function<Row, T> read) {
    Database database = new Database(vertx, DatabaseUrl.parse(url), 1, "test");
    try {
      return database.query(sql, Tuple.tuple()).map(rows -> read.apply(rows.iterator().next())).await();
    } finally {
      database.close().await();
    }
  }

  User user() {
    return ask(PersistenceApi.REGISTER_USER, new RegisterUser(unique("user"), null, null, "hash"));
  }

  Room room(User moderator) {
    return room(moderator, false);
  }

  Room room(User moderator, boolean isPrivate) {
    return ask(PersistenceApi.CREATE_ROOM, new CreateRoom(moderator.id(), unique("room"), isPrivate));
  }

  User member(Room room) {
    User user = user();
    ask(PersistenceApi.JOIN_ROOM, new JoinRoom(user.id(), room.id()));
    return user;
  }

  static String unique(String prefix) {
    return prefix + UUID.randomUUID().toString().replace("-", "").substring(0, 20);
  }

  Future<Appended> append(Room room, User user, String text, String clientId) {
    return bus.ask(ChatApi.APPEND,
        new Append(room.id(), user.id(), user.username(), text, clientId, null, "conn", "ref"));
  }

  RoomEvent.Chat chat(Room room, User user, String text) {
    return append(room, user, text, null).await().event();
  }

  List<RoomEvent> log(Room room) {
    return ask(LogApi.READ_LOG, new ReadLog(room.id(), 0, 100_000)).events();
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
