package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Cluster;
import io.fastroom.support.HookReceiver;
import io.fastroom.support.HookReceiver.Got;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Events of rooms for servers elsewhere. */
class WebhooksTest extends WebhookStory {
  private static final Duration TAKEN_OVER = Duration.ofSeconds(10);
  /** For a thousand deliveries, one after the other. */
  private static final Duration LONG = Duration.ofMinutes(2);

  private static String signature(String secret, Got got) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
    String signed = got.id() + "." + got.timestamp() + "." + got.body();
    return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void a_hook_gets_what_sockets_get_signed_and_in_order() throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    say(alice, room, "before");
    HookReceiver receiver = receiver();
    JsonObject hook = make(alice, room, receiver.url("/hook?a=b"));
    HookReceiver chats = receiver();
    make(alice, room, chats.url("/"), "chat");
    Ws ws = inRoom(alice, one(), room);
    JsonObject said = ws.chat(room.name(), "hello é 🙂");
    alice.on(one()).patch(room.path() + "/messages/" + said.getLong("message_id"), new JsonObject().put("content", "bye"))
        .expect(200);
    say(alice, room, "again");
    awaits("three events", () -> receiver.got().size() == 3 && chats.got().size() == 2);
    ws.await("the last", chat("again"));

    List<JsonObject> seen = new ArrayList<>(ws.seen().stream().filter(f -> f.containsKey("seq")).toList());
    for (int i = 0; i < 3; i++) {
      Got got = receiver.got().get(i);
      JsonObject frame = seen.get(i).copy().put("room_id", room.id());
      frame.remove("ref");
      // A chat is delivered as it stands by now.
      JsonObject body = got.json();
      if (i == 0) {
        body.put("message", "hello é 🙂").remove("edited_at");
      }
      assertThat(body).isEqualTo(frame);
      assertThat(got.path()).isEqualTo("/hook?a=b");
      assertThat(got.traceparent()).as("without traces").isNull();
      assertThat(got.signature()).isEqualTo(signature(hook.getString("secret"), got));
      assertThat(Long.parseLong(got.timestamp())).isCloseTo(System.currentTimeMillis() / 1_000, within(60));
    }
    assertThat(receiver.got()).extracting(Got::id).doesNotHaveDuplicates();
    assertThat(chats.got()).extracting(got -> got.json().getString("type")).containsOnly("chat");
    awaits("nothing is left", () -> shown(alice, room, hook).getLong("lag") == 0);
    JsonObject now = shown(alice, room, hook);
    assertThat(now.fieldNames()).containsExactlyInAnyOrder("id", "url", "events", "state", "lag", "last_status",
        "last_error", "last_at");
    assertThat(now.getString("state")).isEqualTo("active");
    assertThat(now.getInteger("last_status")).isEqualTo(200);
    assertThat(hook.getString("secret")).matches("whsec_[A-Za-z0-9+/]{32}");
  }

  private static org.assertj.core.data.Offset<Long> within(long seconds) {
    return org.assertj.core.data.Offset.offset(seconds);
  }

  @Test
  void what_is_not_taken_is_tried_again_and_no_redirect_is_followed() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    HookReceiver receiver = receiver();
    List<Integer> answers = List.of(500, 302);
    receiver.answer = got -> receiver.got().size() <= 2 ? answers.get(receiver.got().size() - 1) : 204;
    JsonObject hook = make(alice, room, receiver.url("/"));
    say(alice, room, "one");
    say(alice, room, "two");
    awaits("a failure is shown", () -> "failing".equals(shown(alice, room, hook).getString("state")));
    assertThat(shown(alice, room, hook).getLong("lag")).isEqualTo(2);
    awaits("all came", () -> receiver.got().size() == 4);
    assertThat(receiver.texts()).containsExactly("one", "one", "one", "two");
    assertThat(receiver.got()).extracting(Got::path).containsOnly("/");
    assertThat(receiver.got().subList(0, 3)).extracting(Got::id).containsOnly(receiver.got().get(0).id());
    Duration pause = Duration.ofNanos(receiver.got().get(1).at() - receiver.got().get(0).at());
    assertThat(pause).isBetween(Duration.ofSeconds(2), PATIENCE);
    awaits("it works", () -> "active".equals(shown(alice, room, hook).getString("state")));
    assertThat(shown(alice, room, hook).getValue("last_error")).isNull();
  }

  private static Stream<Got> of(HookReceiver receiver, String path) {
    return receiver.got().stream().filter(got -> got.path().equals(path));
  }

  @Test
  void nothing_is_lost_when_the_receiver_and_the_delivering_node_die_in_the_middle() throws Exception {
    Duration took = takenOverWithNothingLost();
    // A machine that is held up may be late once; a lease that is too long is late each time.
    for (int again = 0; again < 2 && took.compareTo(TAKEN_OVER) > 0; again++) {
      took = takenOverWithNothingLost();
    }
    assertThat(took).isLessThan(TAKEN_OVER);
  }

  /** @return from the death of the node to the next delivery */
  private Duration takenOverWithNothingLost() throws Exception {
    Person alice = person("alice");
    HookReceiver receiver = receiver();
    try (NodeProcess third = Cluster.start(Cluster.UNLIMITED)) {
      RoomRef room = null;
      // Those that were deleted may still be on their way for a moment.
      String path = null;
      JsonObject hook = null;
      for (int i = 0; i < 40 && !isWith(third, hook); i++) {
        if (hook != null) {
          alice.on(one()).delete(hooks(room, hook)).expect(204);
        }
        room = alice.createRoom(one());
        RoomRef its = room;
        receiver.answer = got -> {
          Until.pause(300);
          return 200;
        };
        path = "/" + i;
        hook = make(alice, room, receiver.url(path));
        IntStream.range(0, 30).forEach(n -> say(alice, its, "" + n));
        long id = hook.getLong("id");
        awaits("somebody delivers", () -> sql("SELECT lease FROM webhooks WHERE id = " + id) != null);
      }
      assertThat(isWith(third, hook)).isTrue();
      receiver.answer = got -> 200;
      Ws ws = inRoom(alice, one(), room);
      for (int n = 30; n < 1_000; n++) {
        ws.send("chat", "room", room.name(), "message", "" + n);
      }
      ws.barrier();
      third.kill9();
      long killed = System.nanoTime();
      String its = path;
      JsonObject taken = hook;
      long before = of(receiver, its).count();
      awaits("another node goes on", () -> !isWith(third, taken) && of(receiver, its).count() > before);
      Duration took = Duration.ofNanos(System.nanoTime() - killed);
      receiver.stop();
      Until.pause(1_000);
      receiver.start();
      Until.holds("the last", LONG, () -> of(receiver, its).anyMatch(got -> got.json().getString("message").equals("999")));
      List<Long> seqs = of(receiver, its).map(got -> got.json().getLong("seq")).toList();
      assertThat(seqs.stream().distinct().toList()).isEqualTo(range(1, 1_000));
      return took;
    }
  }

  private static boolean isWith(NodeProcess node, JsonObject hook) {
    String lease = hook == null ? null : sql("SELECT lease FROM webhooks WHERE id = " + hook.getLong("id"));
    return lease != null && lease.startsWith(node.serverId() + ".");
  }

  @Test
  void a_hook_that_fails_for_three_days_is_given_up_until_somebody_mends_it() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    HookReceiver receiver = receiver();
    receiver.answer = got -> 503;
    JsonObject hook = make(alice, room, receiver.url("/"));
    say(alice, room, "one");
    awaits("it fails", () -> "failing".equals(shown(alice, room, hook).getString("state")));
    sql("UPDATE webhooks SET failing_since = failing_since - interval '3 days' WHERE id = " + hook.getLong("id"));
    awaits("it is given up", () -> "disabled".equals(shown(alice, room, hook).getString("state")));
    assertThat(shown(alice, room, hook).getString("last_error")).contains("three days").contains("503");
    assertThat(shown(alice, room, hook).getInteger("last_status")).isEqualTo(503);
    int tries = receiver.got().size();
    receiver.answer = got -> 200;
    say(alice, room, "two");
    assertThat(receiver.got()).hasSize(tries);
    JsonObject mended = alice.on(one()).patch(hooks(room, hook), new JsonObject().put("state", "active")).expect(200).json();
    assertThat(mended.getString("state")).isEqualTo("active");
    awaits("both", () -> receiver.got().size() == tries + 2);
    assertThat(receiver.texts().subList(tries, tries + 2)).containsExactly("one", "two");

    alice.on(one()).post(hooks(room, hook) + "/replay", new JsonObject().put("seq", 2)).expect(200);
    awaits("the second again", () -> receiver.got().size() == tries + 3);
    assertThat(receiver.got().get(tries + 2).id()).isEqualTo(receiver.got().get(tries + 1).id());
  }

  @Test
  void a_receiver_that_hangs_delays_nobody_else() throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    CountDownLatch release = new CountDownLatch(1);
    HookReceiver hanging = receiver();
    hanging.answer = got -> {
      try {
        return release.await(60, TimeUnit.SECONDS) ? 200 : 500;
      } catch (InterruptedException e) {
        return 500;
      }
    };
    HookReceiver quick = receiver();
    JsonObject hook = make(alice, room, hanging.url("/"));
    make(alice, room, quick.url("/"));
    for (int i = 0; i < 5; i++) {
      String text = "no " + i;
      say(alice, room, text);
      awaits("the other has it", () -> quick.texts().contains(text));
    }
    awaits("it is tried", () -> !hanging.got().isEmpty());
    awaits("it is given up for now", () -> shown(alice, room, hook).getString("last_error") != null);
    assertThat(shown(alice, room, hook).getString("last_error")).contains("10 seconds");
    release.countDown();
    hanging.answer = got -> 200;
    awaits("it has all", () -> hanging.texts().contains("no 4"));
  }

  @Test
  void a_replay_during_a_delivery_counts_and_does_not_mix_with_it() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    HookReceiver receiver = receiver();
    receiver.answer = got -> {
      Until.pause(400);
      return 200;
    };
    JsonObject hook = make(alice, room, receiver.url("/"));
    List<String> texts = IntStream.rangeClosed(1, 8).mapToObj(n -> "text " + n).toList();
    texts.forEach(text -> say(alice, room, text));
    for (int times = 1; times <= 8; times++) {
      int before = times;
      awaits("it is under way", () -> count(receiver, "text 1") == before && !ends(receiver, "text 1"));
      alice.on(one()).post(hooks(room, hook) + "/replay", new JsonObject().put("seq", 1)).expect(200);
      awaits("it begins again", () -> count(receiver, "text 1") == before + 1);
    }
    awaits("all come again", () -> ends(receiver, "text 8"));
    awaits("nothing is left", () -> shown(alice, room, hook).getLong("lag") == 0);
    List<String> all = receiver.texts();
    List<String> expected = new ArrayList<>();
    for (String text : all) {
      expected.add(text.equals("text 1") ? text : texts.get(texts.indexOf(expected.get(expected.size() - 1)) + 1));
    }
    assertThat(all).isEqualTo(expected);
  }

  private static long count(HookReceiver receiver, String text) {
    return receiver.texts().stream().filter(text::equals).count();
  }

  private static boolean ends(HookReceiver receiver, String text) {
    List<String> texts = receiver.texts();
    return !texts.isEmpty() && texts.get(texts.size() - 1).equals(text);
  }
}
