package io.fastroom.net;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks up names as the system does, which may block for as long as no server of names answers. Each name that is being
 * looked up has a thread of its own, whoever waits for it, so that one that hangs holds up no other.
 *
 * <p>Thread: any. Limits: so many names at once; more fail at once.
 */
final class NameLookups {
  private static final long IDLE_SECONDS = 10;

  private final Vertx vertx;
  private final ThreadPoolExecutor threads;
  private final ConcurrentMap<String, CompletableFuture<InetAddress[]>> underWay = new ConcurrentHashMap<>();

  NameLookups(Vertx vertx, int most) {
    this.vertx = vertx;
    this.threads = new ThreadPoolExecutor(0, most, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
      Thread thread = new Thread(work, "name-lookup");
      thread.setDaemon(true);
      return thread;
    });
  }

  /** All addresses of a name, or the one that it is. Fails with UnknownHostException when there is none. */
  Future<InetAddress[]> addresses(String host) {
    CompletableFuture<InetAddress[]> mine = new CompletableFuture<>();
    CompletableFuture<InetAddress[]> first = underWay.putIfAbsent(host, mine);
    if (first == null) {
      try {
        threads.execute(() -> lookUp(host, mine));
      } catch (RejectedExecutionException full) {
        done(host, mine).completeExceptionally(full);
      }
    }
    return Future.fromCompletionStage(first == null ? mine : first, vertx.getOrCreateContext());
  }

  private void lookUp(String host, CompletableFuture<InetAddress[]> answer) {
    try {
      InetAddress[] found = InetAddress.getAllByName(host);
      done(host, answer).complete(found);
    } catch (UnknownHostException | RuntimeException e) {
      done(host, answer).completeExceptionally(e);
    }
  }

  /** Who asks from now on does so anew. */
  private CompletableFuture<InetAddress[]> done(String host, CompletableFuture<InetAddress[]> answer) {
    underWay.remove(host, answer);
    return answer;
  }

  int underWay() {
    return underWay.size();
  }
}
