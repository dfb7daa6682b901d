package io.fastroom.attack;

import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Somebody who has nothing to do with it: chats and reads in a room of their own, and notes how long each takes. */
final class Victim implements AutoCloseable {
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
  private static final int READ_EACH = 5;
  /** Longer than any client waits. */
  private static final long LOST_MILLIS = 30_000;

  private final NodeProcess node;
  private final Person person;
  private final RoomRef room;
  private final Ws socket;
  private final long since;
  private final Thread thread;
  private final Histogram chats = new Histogram(3);
  private final Histogram reads = new Histogram(3);
  private volatile boolean done;
  private volatile Throwable failure;

  /** Begins at once. */
  Victim(NodeProcess node, Person person) {
    this.node = node;
    this.person = person;
    this.room = person.createRoom(node);
    this.socket = person.connect(node);
    this.since = socket.join(room.name()).seq();
    this.thread = new Thread(this::live, "victim");
    thread.start();
  }

  private void live() {
    try {
      for (int i = 1; !done; i++) {
        long began = System.nanoTime();
        socket.chat(room.name(), "message " + i);
        chats.recordValue(micros(began));
        if (i % READ_EACH == 0) {
          long asked = System.nanoTime();
          person.on(node).get(room.path() + "/messages?limit=5").expect(200);
          reads.recordValue(micros(asked));
        }
        socket.mark();
        LockSupport.parkNanos(PACE_NANOS - (System.nanoTime() - began));
      }
    } catch (Throwable e) {
      failure = e;
    }
  }

  private static long micros(long since) {
    return (System.nanoTime() - since) / 1_000;
  }

  /** Stops, and answers what the slowest of a hundred took. Fails when one was not answered, or nothing can be resumed. */
  Suffering end() {
    done = true;
    try {
      thread.join(LOST_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive() || failure != null) {
      throw new AssertionError("the victim was not served", failure);
    }
    Joined again = socket.join(room.name(), since);
    if (again.error() != null || !Boolean.TRUE.equals(again.resumed())) {
      throw new AssertionError("the victim cannot resume: " + again.error());
    }
    Until.holds("the victim's socket is open", socket::isOpen);
    return new Suffering(chats.getTotalCount(), chats.getValueAtPercentile(50) / 1e3,
        chats.getValueAtPercentile(99) / 1e3, reads.getValueAtPercentile(99) / 1e3);
  }

  @Override
  public void close() {
    done = true;
    socket.close();
  }
}
