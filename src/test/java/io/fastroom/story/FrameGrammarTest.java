package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Problem;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Thousands of frames that a generator made from valid ones, most of them broken. */
class FrameGrammarTest extends Story {
  private static final Set<String> CODES = Arrays.stream(Problem.values()).map(Problem::code)
      .filter(code -> !"internal".equals(code)).collect(Collectors.toSet());
  private static final List<Object> VALUES = Arrays.asList(null, true, 0, -1, 1.5, 1e300, Long.MAX_VALUE, "", " ", "x",
      "🙂".repeat(300), "\u0000", "y".repeat(5_000), new JsonArray(), new JsonArray().add(1), new JsonObject(),
      new JsonObject().put("type", "ping"));
  private static final List<String> FIELDS =
      List.of("type", "room", "message", "client_id", "since", "before_id", "isTyping", "ref", "access_token", "extra");

  @Test
  void each_is_answered_with_a_documented_code_or_obeyed_and_none_closes_the_socket() {
    Person eve = person("eve");
    RoomRef room = eve.createRoom(one());
    Ws ws = inRoom(eve, one(), room);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      ws.mark();
      StringBuilder sent = new StringBuilder("seed " + seed);
      for (int i = 0; i < 50; i++) {
        String text = generate(random, room);
        sent.append('\n').append(text);
        ws.text(text);
      }
      ws.barrier();
      assertThat(ws.frames("error")).as(() -> sent.toString())
          .allMatch(error -> CODES.contains(error.getString("code")) && !error.getString("message").isBlank());
    }
    assertThat(ws.isOpen()).isTrue();
  }

  private static String generate(Random random, RoomRef room) {
    JsonObject frame = valid(random, room);
    for (int changes = random.nextInt(3); changes >= 0; changes--) {
      String field = FIELDS.get(random.nextInt(FIELDS.size()));
      if (random.nextInt(4) == 0) {
        frame.remove(field);
      } else {
        frame.put(field, VALUES.get(random.nextInt(VALUES.size())));
      }
    }
    String text = frame.encode();
    return switch (random.nextInt(8)) {
      case 0 -> text.substring(0, random.nextInt(text.length()));
      case 1 -> text + text;
      case 2 -> text.replace("\"", random.nextBoolean() ? "'" : "\\\"");
      default -> text;
    };
  }

  private static JsonObject valid(Random random, RoomRef room) {
    JsonObject frame = new JsonObject().put("room", room.name());
    return switch (random.nextInt(6)) {
      case 0 -> frame.put("type", "join").put("since", random.nextInt(10));
      case 1 -> frame.put("type", "leave");
      case 2 -> frame.put("type", "chat").put("message", "hi");
      case 3 -> frame.put("type", "typing").put("isTyping", true);
      case 4 -> frame.put("type", "history_more").put("before_id", 5);
      default -> frame.put("type", "ping").put("ref", "r");
    };
  }
}
