package io.fastroom.redis;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One lasting connection for commands, which are pipelined: made anew by itself with back-off when it ends, when it
 * fails or when an answer is late. While it is away commands are refused with UNAVAILABLE at once.
 *
 * <p>Thread: the context that made it. Limits: some answer within {@link #SILENT_MILLIS} and each within
 * {@link #ANSWER_MILLIS}; a black hole is found out by a ping a second, so within 4 s. Of a cluster a question that is
 * late fails alone while its server answers others.
 */
public final class RedisLink {
  static final long SILENT_MILLIS = 2_000;
  static final long ANSWER_MILLIS = 5_000;
  /** Half of what the connection takes, since one of ours may be a batch. */
  private static final int MAX_WAITING = RedisConnector.MAX_WAITING / 2;
  private static final long SETTLE_MILLIS = 10;
  private static final long TICK_MILLIS = 250;
  private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(1);
  /** How often the server is asked whether it is still the one that takes writes. */
  private static final long ROLE_NANOS = TimeUnit.SECONDS.toNanos(2);
  /** Answers after which this server is not the one to talk to; of a script's, version 6 has them amidst its own words. */
  private static final List<String> UNFIT =
      List.of("CONNECTION_CLOSED", "READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN");
  /** What the library gives up on when a slot is moving, or half moved. */
  private static final Pattern UNSETTLED = Pattern.compile("(TRYAGAIN|ASK|MOVED) ");

  private final Vertx vertx;
  private final Context context;
  private final RedisConnector connector;
  private final Losses losses;
  private final Runnable remade;
  private Runnable demoted = () -> { };
  private final Backoff backoff = new Backoff();
  private final ArrayDeque<InFlight> waiting = new ArrayDeque<>();
  private RedisConnector.Open open;
  private Future<Response> probe = Future.succeededFuture();
  private long probedAt;
  private String lastKey;
  private long openedAt;
  private long lastSent;
  private long lastRole;
  private long lastAnswer = System.nanoTime();
  private int attempts;
  private boolean closed;
  private long tick = -1;

  /**
   * @param name for the log
   * @param remade called when the connection is there, except when the very first attempt succeeded
   */
  public RedisLink(Vertx vertx, RedisConnector connector, String name, Runnable remade) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.connector = connector;
    this.losses = new Losses(vertx, "connection for " + name);
    this.remade = remade;
  }

  /** @param handler called when the server has become a replica; whoever else has connections to it should leave it */
  public void onDemoted(Runnable handler) {
    demoted = handler;
  }

  /** Done after the first attempt, whether Redis was there or not. */
  public Future<Void> start() {
    tick = vertx.setPeriodic(TICK_MILLIS, timer -> look());
    return connect().transform(first -> Future.succeededFuture());
  }

  /** Done when no answer is awaited any more, which is soon: an answer that is late ends the connection. */
  public Future<Void> settled() {
    return waiting.isEmpty() ? Future.succeededFuture()
        : vertx.timer(SETTLE_MILLIS).compose(later -> settled());
  }

  public Future<Void> stop() {
    closed = true;
    vertx.cancelTimer(tick);
    RedisConnector.Open last = open;
    open = null;
    refuseAll();
    return last == null ? Future.succeededFuture() : last.close();
  }

  public boolean up() {
    return open != null;
  }

  /** Fails with {@link Refused} when Redis is away, else with what Redis said. */
  public Future<Response> send(Request request) {
    return send(request, null);
  }

  /** @param key one of the request's, by which a cluster's server is asked whether it is there; null for none */
  Future<Response> send(Request request, String key) {
    return track(key, connection -> connection.send(request));
  }

  /** In one write, in order. Fails as a whole. */
  public Future<List<Response>> sendAll(List<Request> requests) {
    return track(null, connection -> connection.batch(requests));
  }

  private <T> Future<T> track(String key, Function<RedisConnection, Future<T>> command) {
    RedisConnector.Open on = open;
    if (on == null || waiting.size() >= MAX_WAITING) {
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE));
    }
    Promise<T> promise = Promise.promise();
    InFlight entry = new InFlight(promise, key);
    lastKey = key == null ? lastKey : key;
    waiting.add(entry);
    lastSent = entry.since;
    command.apply(on.connection()).onComplete(result -> here(() -> settle(on, entry, promise, result)));
    return promise.future();
  }

  private <T> void settle(RedisConnector.Open on, InFlight entry, Promise<T> promise, AsyncResult<T> result) {
    entry.answered = true;
    if (on == open) {
      lastAnswer = System.nanoTime();
    }
    while (!waiting.isEmpty() && waiting.peek().answered) {
      waiting.poll();
    }
    if (result.succeeded()) {
      promise.tryComplete(result.result());
      return;
    }
    Throwable failure = result.cause();
    boolean said = failure instanceof Response answer && answer.type() == ResponseType.ERROR
        && UNFIT.stream().noneMatch(String.valueOf(failure.getMessage())::contains);
    boolean tells = said && !(connector.spread() && UNSETTLED.matcher(failure.getMessage()).lookingAt());
    promise.tryFail(tells ? failure : new Refused(Problem.UNAVAILABLE));
    if (!said) {
      drop(on, failure.toString());
    }
  }

  private void look() {
    InFlight oldest = waiting.peek();
    long now = System.nanoTime();
    if (open != null && oldest != null && isLate(oldest, now)) {
      drop(open, "no answer in time");
    } else if (open != null && connector.spread()) {
      lookAtServers(now);
    } else if (open != null && now - lastRole > ROLE_NANOS) {
      lastRole = now;
      askRole(open);
    } else if (open != null && now - lastSent > PING_NANOS) {
      send(Request.cmd(Command.PING));
    }
  }

  private void askRole(RedisConnector.Open on) {
    connector.isFit(this::send).onSuccess(fit -> {
      if (!fit && open == on) {
        drop(on, connector.cluster() ? "the server was removed from its cluster" : "the server has become a replica");
        demoted.run();
      }
    });
  }

  /** A long queue that moves is no reason to end the connection: that would make the queue only longer. */
  private boolean isLate(InFlight oldest, long now) {
    long silent = now - Math.max(oldest.since, lastAnswer);
    return silent > TimeUnit.MILLISECONDS.toNanos(SILENT_MILLIS)
        || !connector.spread() && oldest.isOlder(now, ANSWER_MILLIS);
  }

  /**
   * Of a cluster a question may go unanswered for its own sake, as a script with keys in a slot that is half moved does.
   * It ends alone, and its server is asked something that is answered always. A question without a key would go to any
   * server, replicas too.
   */
  private void lookAtServers(long now) {
    if (!probe.isComplete() && now - probedAt > TimeUnit.MILLISECONDS.toNanos(ANSWER_MILLIS - SILENT_MILLIS)) {
      drop(open, "a server of the cluster does not answer");
      return;
    }
    String doubted = now - lastSent > PING_NANOS ? lastKey : null;
    while (!waiting.isEmpty() && waiting.peek().isOlder(now, ANSWER_MILLIS)) {
      InFlight late = waiting.poll();
      doubted = late.key;
      late.promise.tryFail(new Refused(Problem.UNAVAILABLE));
    }
    if (!waiting.isEmpty() && waiting.peek().isOlder(now, SILENT_MILLIS)) {
      doubted = waiting.peek().key;
    }
    if (open != null && doubted != null && probe.isComplete()) {
      probedAt = now;
      probe = send(Request.cmd(Command.EXISTS).arg(doubted), doubted);
    }
  }

  /** Ends the connection and makes another; does nothing while it is being made. */
  public void remake() {
    if (open != null) {
      drop(open, "not trusted any more");
    }
  }

  private void drop(RedisConnector.Open on, String why) {
    if (closed || open != on) {
      return;
    }
    losses.lost(why);
    open = null;
    backoff.ended(openedAt);
    on.close();
    refuseAll();
    again();
  }

  private void refuseAll() {
    List<InFlight> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(entry -> entry.promise.tryFail(new Refused(Problem.UNAVAILABLE)));
  }

  private void again() {
    vertx.setTimer(backoff.next(), timer -> connect());
  }

  private Future<Void> connect() {
    if (closed) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    attempts++;
    connector.open().onComplete(result -> here(() -> {
      if (result.succeeded()) {
        opened(result.result());
      } else {
        losses.away(result.cause());
        again();
      }
      done.complete();
    }));
    return done.future();
  }

  private void opened(RedisConnector.Open fresh) {
    if (closed) {
      fresh.close();
      return;
    }
    open = fresh;
    openedAt = System.nanoTime();
    lastRole = openedAt;
    fresh.connection().endHandler(end -> here(() -> ended(fresh, "ended")));
    fresh.connection().exceptionHandler(failure -> here(() -> ended(fresh, failure.toString())));
    losses.made(() -> open == fresh);
    if (attempts > 1) {
      remade.run();
    }
  }

  /** Of a cluster that may be a mere replica's, and none of them tells whose it is. */
  private void ended(RedisConnector.Open on, String why) {
    if (!connector.spread()) {
      drop(on, why);
    } else if (open == on && !closed) {
      connector.mastersAnswer().onFailure(failure -> here(() -> drop(on, why)));
    }
  }

  /** The library may answer on another thread, as its timeouts do. */
  private void here(Runnable task) {
    if (Vertx.currentContext() == context) {
      task.run();
    } else {
      context.runOnContext(turn -> task.run());
    }
  }
}
