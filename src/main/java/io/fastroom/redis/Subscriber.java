package io.fastroom.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * One lasting connection for pub/sub: made anew by itself with back-off, and then subscribed to everything again.
 * Nothing but SUBSCRIBE and UNSUBSCRIBE goes over it once it is set up, since the library would take a message that
 * comes in between for the answer to a command. It cannot tell a silent server from a frozen one: its owner does, by
 * probes, and calls {@link #remake}.
 *
 * <p>Thread: the context that made it. Limits: a confirmation within {@link #CONFIRM_MILLIS}.
 */
public final class Subscriber {
  private static final long CONFIRM_MILLIS = 3_000;
  private static final int CHANNELS_A_COMMAND = 500;

  private final Vertx vertx;
  private final Context context;
  private final RedisConnector connector;
  private final Losses losses;
  private final Function<RedisConnection, Future<Void>> setup;
  private final BiConsumer<String, byte[]> messages;
  private final BiConsumer<Boolean, Boolean> state;
  private final Backoff backoff = new Backoff();
  private final Set<String> wanted = new LinkedHashSet<>();
  private final Map<String, Promise<Void>> unconfirmed = new HashMap<>();
  private RedisConnector.Open open;
  private long openedAt;
  private int attempts;
  private boolean closed;

  /**
   * @param name for the log
   * @param setup what to send on a fresh connection before anything is subscribed
   * @param messages channel and payload
   * @param state up, and whether it is a subscription made anew, so that messages may have been missed; called at each
   * change
   */
  public Subscriber(Vertx vertx, RedisConnector connector, String name, Function<RedisConnection, Future<Void>> setup,
                    BiConsumer<String, byte[]> messages, BiConsumer<Boolean, Boolean> state) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.connector = connector;
    this.losses = new Losses(vertx, "subscription for " + name);
    this.setup = setup;
    this.messages = messages;
    this.state = state;
  }

  /** Done after the first attempt, whether Redis was there or not. */
  public Future<Void> start() {
    return connect();
  }

  public Future<Void> stop() {
    closed = true;
    RedisConnector.Open last = open;
    open = null;
    confirmAll();
    return last == null ? Future.succeededFuture() : last.close();
  }

  /** Done when Redis has confirmed, at once while it is away; never fails. */
  public Future<Void> subscribe(String channel) {
    if (!wanted.add(channel) || open == null) {
      Promise<Void> pending = unconfirmed.get(channel);
      return pending == null ? Future.succeededFuture() : pending.future();
    }
    return send(open, List.of(channel));
  }

  public void unsubscribe(String channel) {
    if (wanted.remove(channel) && open != null) {
      RedisConnector.Open on = open;
      Promise<Void> pending = unconfirmed.remove(channel);
      if (pending != null) {
        pending.tryComplete();
      }
      on.connection().send(Request.cmd(Command.UNSUBSCRIBE).arg(channel)).onFailure(failure -> lost(on, failure));
    }
  }

  private Future<Void> send(RedisConnector.Open on, Collection<String> channels) {
    List<String> left = List.copyOf(channels);
    List<Future<Void>> confirmations = new ArrayList<>();
    for (int from = 0; from < left.size(); from += CHANNELS_A_COMMAND) {
      Request subscribe = Request.cmd(Command.SUBSCRIBE);
      for (String channel : left.subList(from, Math.min(left.size(), from + CHANNELS_A_COMMAND))) {
        subscribe.arg(channel);
        confirmations.add(unconfirmed.computeIfAbsent(channel, key -> Promise.promise()).future());
      }
      on.connection().send(subscribe).onFailure(failure -> lost(on, failure));
    }
    Future<Void> all = Future.all(confirmations).mapEmpty();
    long limit = vertx.setTimer(CONFIRM_MILLIS, timer -> drop(on, "a subscription was not confirmed"));
    return all.onComplete(done -> vertx.cancelTimer(limit));
  }

  private void heard(RedisConnector.Open on, Response response) {
    if (on == open && response != null && response.type() == ResponseType.ERROR) {
      // A channel that the user has no right to, for one.
      drop(on, response.toString());
    }
    if (on != open || response == null || response.size() < 3) {
      return;
    }
    String channel = response.get(1).toString();
    switch (response.get(0).toString()) {
      case "message" -> messages.accept(channel, response.get(2).toBytes());
      case "subscribe" -> {
        Promise<Void> pending = unconfirmed.remove(channel);
        if (pending != null) {
          pending.tryComplete();
        }
      }
      default -> { }
    }
  }

  /** Ends the connection and makes another; does nothing while it is being made. */
  public void remake() {
    if (open != null) {
      drop(open, "nothing heard");
    }
  }

  private void lost(RedisConnector.Open on, Throwable failure) {
    here(() -> drop(on, failure.toString()));
  }

  private void drop(RedisConnector.Open on, String why) {
    if (closed || open != on) {
      return;
    }
    losses.lost(why);
    open = null;
    backoff.ended(openedAt);
    on.close();
    confirmAll();
    state.accept(false, false);
    again();
  }

  private void confirmAll() {
    List<Promise<Void>> all = List.copyOf(unconfirmed.values());
    unconfirmed.clear();
    all.forEach(Promise::tryComplete);
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
    connector.open()
        .compose(fresh -> setup.apply(fresh.connection()).map(fresh)
            .timeout(CONFIRM_MILLIS, TimeUnit.MILLISECONDS)
            .onFailure(failure -> fresh.close()))
        .onComplete(result -> here(() -> {
          if (result.succeeded()) {
            opened(result.result()).onComplete(subscribed -> done.tryComplete());
          } else {
            losses.away(result.cause());
            done.tryComplete();
            again();
          }
        }));
    return done.future();
  }

  private Future<Void> opened(RedisConnector.Open fresh) {
    if (closed) {
      return fresh.close();
    }
    open = fresh;
    openedAt = System.nanoTime();
    fresh.connection().handler(response -> here(() -> heard(fresh, response)));
    fresh.connection().endHandler(end -> here(() -> drop(fresh, "ended")));
    fresh.connection().exceptionHandler(failure -> lost(fresh, failure));
    boolean anew = attempts > 1;
    return send(fresh, wanted).onComplete(done -> {
      if (open == fresh) {
        losses.made(() -> open == fresh);
        state.accept(true, anew);
      }
    });
  }

  private void here(Runnable task) {
    if (Vertx.currentContext() == context) {
      task.run();
    } else {
      context.runOnContext(turn -> task.run());
    }
  }
}
