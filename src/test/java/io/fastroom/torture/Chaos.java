package io.fastroom.torture;

import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.torture.Schedule.Blow;
import java.io.PrintStream;
import java.util.List;

/** Strikes as the schedule says, one blow after the other. Thread: the one that runs it. */
final class Chaos implements Runnable {
  private final Schedule schedule;
  private final World world;
  private final List<RoomRef> rooms;
  private final PrintStream out;

  Chaos(Schedule schedule, World world, List<RoomRef> rooms, PrintStream out) {
    this.schedule = schedule;
    this.world = world;
    this.rooms = rooms;
    this.out = out;
  }

  @Override
  public void run() {
    long start = System.nanoTime();
    for (Blow blow : schedule.blows()) {
      long wait = blow.at() - (System.nanoTime() - start) / 1_000_000;
      if (wait > 0) {
        Until.pause(wait);
      }
      out.println((System.nanoTime() - start) / 1_000_000 + " ms: " + blow);
      world.strike(blow, rooms);
    }
  }
}
