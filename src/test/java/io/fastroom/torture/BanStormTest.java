package io.fastroom.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Crowd;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Promise 7: bans race with chat and with the banned who want in again. {@code -Dfastroom.bans=1000} makes more of it
 * than the suite has time for.
 */
@Tag("alone")
@ExtendWith(Cluster.class)
class BanStormTest {
  private static final int BANS = Integer.getInteger("fastroom.bans", 200);
  private static final int PEOPLE = 20;
  private static final int MODERATORS = 4;

  @Test
  void a_ban_is_a_fence_for_all_sockets_and_its_lifting_lets_in_behind_itself() throws Exception {
    long seed = ThreadLocalRandom.current().nextInt(1_000_000);
    List<NodeProcess> nodes = List.of(Cluster.one(), Cluster.two());
    Person alice = Person.register(nodes.get(0), "alice");
    RoomRef room = alice.createRoom(nodes.get(0));
    List<Person> people = Crowd.of(Backends.postgres(), "rebel", PEOPLE);
    people.forEach(person -> person.on(nodes.get(0)).post(room.path() + "/join").expect(201));
    Path diaries = Files.createDirectories(Path.of("target", "bans", Long.toString(seed)));
    List<Rebel> rebels = new ArrayList<>();
    for (Person person : people) {
      for (NodeProcess node : nodes) {
        int index = rebels.size();
        rebels.add(new Rebel(seed + index, person, node, room, new Diary(diaries.resolve("socket-" + index + ".log"))));
      }
    }
    List<Thread> sockets = started(rebels);
    long start = System.nanoTime();
    AtomicInteger bans = new AtomicInteger(BANS);
    int share = PEOPLE / MODERATORS;
    join(started(IntStream.range(0, MODERATORS).mapToObj(i -> new Bailiff(seed - i, alice, nodes, room,
        people.subList(i * share, (i + 1) * share), bans)).toList()));
    long millis = (System.nanoTime() - start) / 1_000_000;
    rebels.forEach(Rebel::hush);
    try (Connection database = Backends.postgres().connect()) {
      Until.holds("all are in again and hold all", Duration.ofSeconds(20), () -> {
        Heads heads = Heads.read(database);
        return rebels.stream().allMatch(rebel -> rebel.settled(heads));
      });
    } finally {
      rebels.forEach(Rebel::stop);
      join(sockets);
    }
    judge(seed, room, rebels, millis);
  }

  private static List<Thread> started(List<? extends Runnable> work) {
    List<Thread> threads = work.stream().map(Thread::new).toList();
    threads.forEach(Thread::start);
    return threads;
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void judge(long seed, RoomRef room, List<Rebel> rebels, long millis) throws SQLException {
    Checker checker;
    long events;
    try (Connection database = Backends.postgres().connect()) {
      Truth truth = Truth.read(database, List.of(room));
      checker = new Checker(truth);
      events = truth.head(room.id());
    }
    for (Rebel rebel : rebels) {
      checker.check(rebel.person().name(), rebel.person().id(), () -> rebel.diary().entries(), true);
    }
    Verdict verdict = checker.verdict();
    int fences = rebels.stream().mapToInt(Rebel::fences).sum();
    System.out.println("seed " + seed + ": " + BANS + " bans in " + millis + " ms, " + rebels.size() + " sockets, "
        + events + " events, put out " + fences + " times, let in "
        + rebels.stream().mapToInt(Rebel::entries).sum() + " times: " + verdict);
    assertThat(rebels).flatExtracting(Rebel::faults).isEmpty();
    assertThat(verdict.clean()).as("seed %d: %s%n%s", seed, verdict, String.join("\n", verdict.details())).isTrue();
    assertThat(fences).as("most bans found somebody in").isGreaterThan(BANS);
  }
}
