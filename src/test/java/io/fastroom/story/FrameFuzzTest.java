package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A minute of frames made from the ones that {@code fuzz/frames.txt} holds, of their texts and of their bytes. What the
 * node takes amiss is added there, and is sent as it is from then on.
 */
@Tag("slow")
class FrameFuzzTest extends Story {
  private static final Path SEEDS = Path.of("src", "test", "resources", "fuzz", "frames.txt");
  private static final long SECONDS = 60;
  private static final int BATCH = 200;
  private static final List<String> PIECES = List.of("\"", "{", "}", "[", "]", ",", ":", "null", "true", "-1", "0.5",
      "1e309",
      "9223372036854775808", "\\u0000", "\\ud800", "\\", "\u0000", "\uffff", "🙂", "\"\"", "\"type\":\"chat\"",
      "\"ref\":\"r\"",
      "\"room\":null", "y".repeat(5_000), "[".repeat(2_000), "\"\u202e\"");
  private static final byte[][] FRAMES = {{(byte) 0x81, 0}, {(byte) 0x89, (byte) 0x80, 1, 2, 3, 4},
      {0x01, (byte) 0x80, 0, 0, 0, 0},
      {(byte) 0x80, (byte) 0x80, 0, 0, 0, 0}, {(byte) 0xc1, (byte) 0x80, 0, 0, 0, 0}, {(byte) 0x8f, (byte) 0x80, 0, 0, 0, 0},
      {(byte) 0x81, (byte) 0xff, 127, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0}, {(byte) 0x88, (byte) 0x81, 0, 0, 0, 0, 3},
      {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, (byte) 0xc3, 0x28}, {0x09, (byte) 0x80, 0, 0, 0, 0}};

  private final Random random = new Random();
  private Ws eve;

  @Test
  void broken_frames_leave_no_exception_in_the_log_and_nobody_beside_them_without_their_chats() throws IOException {
    Person mallory = person("mallory");
    RoomRef room = mallory.createRoom(one());
    Person alice = person("alice");
    RoomRef quiet = alice.createRoom(one());
    Ws victim = inRoom(alice, one(), quiet);
    Ws speaker = inRoom(alice, two(), quiet);
    List<String> seeds = Files.readAllLines(SEEDS).stream().map(line -> line.replace("{room}", room.name())).toList();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    int batches = 0;
    while (System.nanoTime() < end) {
      List<String> batch = batches == 0 ? seeds : made(seeds);
      long logged = one().logLength();
      attack(mallory, batch);
      String word = "still here " + batches++;
      speaker.send("chat", "room", quiet.name(), "message", word);
      victim.await("what is said beside it", chat(word));
      check(one(), logged, batch, room);
    }
    assertThat(victim.isOpen() && speaker.isOpen()).isTrue();
    assertThat(batches).isGreaterThan(1);
  }

  private void attack(Person person, List<String> batch) {
    for (String text : batch) {
      try {
        if (eve == null || !eve.isOpen()) {
          eve = connect(person, one());
        }
        if (random.nextInt(20) == 0) {
          eve.rawBytes(FRAMES[random.nextInt(FRAMES.length)]);
        } else {
          eve.text(text);
        }
      } catch (UncheckedIOException e) {
        eve = null;
      }
    }
  }

  private List<String> made(List<String> seeds) {
    List<String> batch = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      StringBuilder text = new StringBuilder(any(seeds));
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(6));
        switch (random.nextInt(4)) {
          case 0 -> text.replace(from, to, any(PIECES));
          case 1 -> text.delete(from, to);
          case 2 -> text.insert(from, any(PIECES));
          default -> text.insert(from, any(seeds));
        }
      }
      // A frame that is too long ends the socket, which is asked for elsewhere.
      batch.add(text.substring(0, Math.min(text.length(), 15_000)));
    }
    return batch;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static void check(NodeProcess node, long logged, List<String> batch, RoomRef room) throws IOException {
    try {
      node.assertCleanLog(logged);
    } catch (AssertionError e) {
      List<String> found = batch.stream().map(text -> text.replace(room.name(), "{room}"))
          .filter(text -> text.chars().noneMatch(Character::isISOControl)).toList();
      Files.write(SEEDS, found, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
      throw e;
    }
  }
}
