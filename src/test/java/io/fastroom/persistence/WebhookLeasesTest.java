package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Position;
import io.fastroom.model.Room;
import io.fastroom.model.User;
import io.fastroom.persistence.WebhookApi.Claim;
import io.fastroom.persistence.WebhookApi.Claimed;
import io.fastroom.persistence.WebhookApi.CreateWebhook;
import io.fastroom.persistence.WebhookApi.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which hooks a node gets to deliver when there are more than it can. */
class WebhookLeasesTest {
  private static final String ME = "node.1";

  private static List<Claimed> claim(TestNode node, int limit, int unproven) {
    return node.ask(WebhookApi.CLAIM, new Claim(ME, limit, unproven));
  }

  private static void report(TestNode node, Claimed hook, String error) {
    node.ask(WebhookApi.REPORT, new Report(ME, hook, hook.roomId(), new Position(0, null), error == null ? 200 : null, error,
        true, error == null ? null : Duration.ZERO, true));
  }

  @Test
  void those_whose_receivers_take_what_they_get_wait_for_none_that_do_not() {
    try (TestNode node = TestNode.onNewDatabase()) {
      User alice = node.user();
      List<Room> rooms = new ArrayList<>();
      for (int hook = 0; hook < 24; hook++) {
        if (hook % 8 == 0) {
          rooms.add(node.room(alice));
        }
        node.ask(WebhookApi.CREATE, new CreateWebhook(alice.id(), rooms.get(hook / 8).id(), "http://h/" + hook, List.of(),
            "whsec_", "127.0.0.1"));
      }
      rooms.forEach(room -> node.chat(room, alice, "hello"));

      List<Claimed> first = claim(node, 24, 20);
      assertThat(first).hasSize(20).noneMatch(Claimed::proven);
      assertThat(claim(node, 24, 0)).isEmpty();
      report(node, first.get(0), null);
      first.subList(1, 20).forEach(hook -> report(node, hook, "The receiver could not be reached"));

      List<Claimed> second = claim(node, 8, 3);
      assertThat(second).hasSize(4);
      assertThat(second.stream().filter(Claimed::proven)).extracting(Claimed::id).containsExactly(first.get(0).id());
      assertThat(claim(node, 30, 30)).hasSize(20).noneMatch(Claimed::proven);
    }
  }
}
