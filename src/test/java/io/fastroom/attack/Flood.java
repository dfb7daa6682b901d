package io.fastroom.attack;

import io.fastroom.support.Person;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The same again and again, by all attackers, for some seconds. */
final class Flood {
  private static final long NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final int THREADS = 4;
  static final int CALLERS = 40;
  /** About how often each socket fires; six times what it may. */
  private static final int PER_SECOND = 600;
  private static final int TURN_MILLIS = 40;
  private static final int EACH_TURN = PER_SECOND * TURN_MILLIS / 1_000;

  interface Shot {
    void fire(Assailant at, int shot) throws IOException;
  }

  interface Call {
    int status(Person who, int call);
  }

  private Flood() { }

  /**
   * One socket for each attacker, in the room; who is closed comes back.
   *
   * @return how often one was closed
   */
  static int ofFrames(Field field, String room, Shot shot) {
    AtomicInteger closed = new AtomicInteger();
    together(THREADS, thread -> {
      List<Assailant> sockets = new ArrayList<>();
      long end = System.nanoTime() + NANOS;
      for (int i = thread; i < Field.ATTACKERS; i += THREADS) {
        sockets.add(enter(field, i, room));
      }
      for (int turn = 0; System.nanoTime() < end; turn++) {
        long began = System.nanoTime();
        for (int i = 0; i < sockets.size(); i++) {
          try {
            for (int n = 0; n < EACH_TURN; n++) {
              shot.fire(sockets.get(i), turn * EACH_TURN + n);
            }
          } catch (IOException gone) {
            closed.incrementAndGet();
            sockets.set(i, enter(field, i * THREADS + thread, room));
          }
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TURN_MILLIS) - (System.nanoTime() - began));
      }
      for (Assailant socket : sockets) {
        socket.close();
      }
      return null;
    });
    return closed.get();
  }

  private static Assailant enter(Field field, int i, String room) throws IOException {
    return Assailant.webSocket(field.node, field.attacker(i)).reading().frame("join", "room", room);
  }

  /** @param callers how many at once; @return how often each status came */
  static ConcurrentMap<Integer, Integer> ofCalls(Field field, int callers, Call call) {
    ConcurrentMap<Integer, Integer> statuses = new ConcurrentSkipListMap<>();
    AtomicInteger calls = new AtomicInteger();
    long end = System.nanoTime() + NANOS;
    together(callers, thread -> {
      while (System.nanoTime() < end) {
        int n = calls.getAndIncrement();
        statuses.merge(call.status(field.attacker(thread), n), 1, Integer::sum);
      }
      return null;
    });
    return statuses;
  }

  private interface Work {
    Void of(int thread) throws Exception;
  }

  private static void together(int threads, Work work) {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int thread = i;
      all.add(executor.submit((Callable<Void>) () -> work.of(thread)));
    }
    executor.shutdown();
    for (Future<Void> each : all) {
      try {
        each.get();
      } catch (Exception e) {
        throw new AssertionError("the attack broke off", e);
      }
    }
  }
}
