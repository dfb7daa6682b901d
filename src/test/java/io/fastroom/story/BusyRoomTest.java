package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One user changes one room as fast as they can. */
class BusyRoomTest extends Story {

  @Test
  void two_thousand_edits_of_one_message_leave_everybody_else_alone() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    long message = a.chat(room.name(), "first").getLong("message_id");
    Person bob = person("bob");
    RoomRef another = bob.createRoom(one());
    List<Ws> sockets = IntStream.range(0, 50).mapToObj(i -> connect(bob, one())).toList();
    ExecutorService threads = Executors.newFixedThreadPool(100);
    try {
      List<CompletableFuture<Answer>> edits = IntStream.range(0, 2_000).mapToObj(i -> CompletableFuture.supplyAsync(
          () -> alice.on(one()).patch(room.path() + "/messages/" + message, new JsonObject().put("content", "edit " + i)),
          threads)).toList();
      List<Long> took = new ArrayList<>();
      for (Ws ws : sockets) {
        long begin = System.nanoTime();
        bob.on(one()).get(another.path() + "/messages").expect(200);
        ws.join(another.name());
        took.add((System.nanoTime() - begin) / 1_000_000);
      }
      // The threads of this test and the node share what processors there are; without turns it is seconds each.
      assertThat(took).as("milliseconds of a read and a join").allMatch(ms -> ms < 2_000);
      List<Answer> answers = edits.stream().map(CompletableFuture::join).toList();
      assertThat(answers.stream().map(Answer::status).collect(Collectors.toSet())).isSubsetOf(200, 429, 503).contains(200);
      assertThat(answers.stream().filter(answer -> answer.status() == 503)).isNotEmpty().allSatisfy(busy -> {
        assertThat(busy.json().getString("code")).isEqualTo("busy");
        assertThat(busy.headers().firstValue("Retry-After")).contains("1");
      });
      long edited = answers.stream().filter(answer -> answer.status() == 200).count();
      assertThat(a.chat(room.name(), "last").getLong("seq")).isEqualTo(2 + edited);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void an_edit_to_the_same_text_is_not_told() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    long message = a.chat(room.name(), "as it is").getLong("message_id");

    JsonObject same = alice.on(one()).patch(room.path() + "/messages/" + message,
        new JsonObject().put("content", "as it is")).expect(200).json();

    assertThat(same.getValue("edited_at")).isNull();
    assertThat(a.chat(room.name(), "next").getLong("seq")).isEqualTo(2);
    assertThat(a.seen()).noneMatch(f -> Ws.type(f, "message_updated"));
  }
}
