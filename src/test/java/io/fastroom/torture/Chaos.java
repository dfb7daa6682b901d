package io.fastroom.torture;

import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.torture.Schedule.Blow;
import java.io.PrintStream;
import java.util.List;

/** Strikes as the schedule says, one blow after the other. Thread: the one that runs it. */
final class Chaos implements Runnable {
  /** By then a link that is cut has swallowed something. */
  private static final int HUSH_MILLIS = 500;

  private final Schedule schedule;
  private final World world;
  private final List<RoomRef> rooms;
  private final Runnable hush;
  private final PrintStream out;

  /** @param hush makes everybody fall silent during the last blow, so that nothing that comes later shows what is missing */
  Chaos(Schedule schedule, World world, List<RoomRef> rooms, Runnable hush, PrintStream out) {
    this.hush = hush;
    this.schedule = schedule;
    this.world = world;
    this.rooms = rooms;
    this.out = out;
  }

  @Override
  public void run() {
    long start = System.nanoTime();
    Blow last = schedule.blows().get(schedule.blows().size() - 1);
    for (Blow blow : schedule.blows()) {
      long wait = blow.at() - (System.nanoTime() - start) / 1_000_000;
      if (wait > 0) {
        Until.pause(wait);
      }
      out.println((System.nanoTime() - start) / 1_000_000 + " ms: " + blow);
      if (blow == last) {
        new Thread(this::hushSoon).start();
      }
      world.strike(blow, rooms);
    }
  }

  private void hushSoon() {
    Until.pause(HUSH_MILLIS);
    hush.run();
  }
}
