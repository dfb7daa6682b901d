package io.fastroom.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** Metrics of lists of rooms. Any thread. */
final class WatchMetrics {
  private final AtomicLong users;
  private final AtomicLong rooms;
  private final AtomicLong places;
  private final MeterRegistry registry;
  private final Counter marks;
  private final Counter statements;
  private final Counter refused;
  private final Counter activities;
  private final Counter healedRooms;
  private final Counter healedUsers;

  WatchMetrics(MeterRegistry registry) {
    this.registry = registry;
    users = gauge("fastroom.watch.users", "Users of the node who watch their rooms");
    rooms = gauge("fastroom.watch.rooms", "Rooms that they watch");
    places = gauge("fastroom.watch.places", "How many rooms of how many users are watched, taken together");
    marks = counter("fastroom.read.marks", "Times that somebody said how far they have read");
    statements = counter("fastroom.read.mark.statements", "Statements that have written them");
    refused = counter("fastroom.watch.refused", "Sockets that could not watch, since the node watches as much as it may");
    activities = counter("fastroom.watch.activities", "Times that a user was told of what happened in a room");
    healedRooms = counter("fastroom.watch.healed.rooms", "Rooms whose log had gone on without this node's being told");
    healedUsers = counter("fastroom.watch.healed.users", "Users whose rooms had changed without this node's being told");
  }

  private AtomicLong gauge(String name, String description) {
    AtomicLong value = new AtomicLong();
    Gauge.builder(name, value, AtomicLong::get).description(description).register(registry);
    return value;
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  void limit(long most) {
    Gauge.builder("fastroom.watch.places.limit", () -> most)
        .description("How many rooms of how many users may be watched, taken together").register(registry);
  }

  void watched(long userCount, long roomCount, long placeCount) {
    users.set(userCount);
    rooms.set(roomCount);
    places.set(placeCount);
  }

  void marked(int count) {
    marks.increment(count);
    statements.increment();
  }

  void refused() {
    refused.increment();
  }

  void activity() {
    activities.increment();
  }

  void healedRoom() {
    healedRooms.increment();
  }

  void healedUser() {
    healedUsers.increment();
  }
}
