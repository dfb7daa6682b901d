package io.fastroom.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.NodeId;
import io.fastroom.wire.Received.Origin;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelMessageTest {
  private static final String CHANNEL = "room:general";
  private static final String ROOM = "general";
  private static final String CHAT = "{\"type\":\"chat\",\"room\":\"general\",\"message\":\"привет \\\" 🙂\",\"seq\":7}";
  private static final NodeId SENDER = new NodeId("node-1", "0a1b2c3d");

  private final ChannelMessage sender = wire(SENDER, "secret");
  private final ChannelMessage receiver = wire(new NodeId("node-1", "ffffffff"), "secret");

  private static ChannelMessage wire(NodeId node, String secret, String... previous) {
    return new ChannelMessage(node, new Macs(secret, List.of(previous)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void carries_the_clients_own_json_behind_srv_as_the_first_field() {
    byte[] payload = sender.encode(CHANNEL, 5, 7, utf8(CHAT));
    assertThat(text(payload)).startsWith("{\"srv\":\"node-1.0a1b2c3d.5.7.").endsWith(CHAT.substring(1));

    Received event = receiver.decode(CHANNEL, ROOM, payload);
    assertThat(event.origin()).isEqualTo(Origin.NODE);
    assertThat(event.room()).isEqualTo("general");
    assertThat(event.roomId()).isEqualTo(5);
    assertThat(event.seq()).isEqualTo(7);
    assertThat(text(event.json())).isEqualTo(CHAT);
  }

  @Test
  void ignores_its_own() {
    assertThat(sender.decode(CHANNEL, ROOM, sender.encode(CHANNEL, 5, 7, utf8(CHAT)))).isNull();
    assertThat(sender.decode(CHANNEL, ROOM, utf8("{ \"type\":\"chat\", \"srv\": \"node-1.0a1b2c3d.x\"}"))).isNull();
  }

  @Test
  void a_node_that_still_signs_with_the_previous_secret_is_heard() {
    byte[] payload = sender.encode(CHANNEL, 5, 7, utf8(CHAT));
    ChannelMessage rotated = wire(new NodeId("other", "11"), "new secret", "older", "secret");
    assertThat(rotated.decode(CHANNEL, ROOM, payload).origin()).isEqualTo(Origin.NODE);
    assertThat(wire(new NodeId("other", "11"), "new secret").decode(CHANNEL, ROOM, payload).origin())
        .isEqualTo(Origin.FOREIGN);
  }

  @ParameterizedTest
  @CsvSource({"5.7.,5.8.", "5.7.,6.7.", "привет,прощай", "0a1b2c3d.5.,0a1b2c3d.55."})
  void what_was_changed_on_the_way_is_foreign(String from, String to) {
    String forged = text(sender.encode(CHANNEL, 5, 7, utf8(CHAT))).replace(from, to);
    Received event = receiver.decode(CHANNEL, ROOM, utf8(forged));
    assertThat(event.origin()).isEqualTo(Origin.FOREIGN);
    assertThat(event.roomId()).isZero();
    assertThat(event.seq()).isEqualTo(7);
    assertThat(text(event.json())).doesNotContain("srv");
  }

  @Test
  void an_event_moved_to_another_channel_is_foreign() {
    byte[] payload = sender.encode(CHANNEL, 5, 7, utf8(CHAT));
    assertThat(receiver.decode("room:secret", "secret", payload).origin()).isEqualTo(Origin.FOREIGN);
  }

  @Test
  void reads_a_change_of_presence_with_its_version() {
    String json = "\"type\":\"presence_diff\",\"room\":\"general\",\"join\":[\"alice\"]}";
    Received event = receiver.decode(CHANNEL, ROOM, utf8("{\"srv\":\"node-1.0a1b2c3d.5.P1700000000000001\"," + json));
    assertThat(event.origin()).isEqualTo(Origin.PRESENCE);
    assertThat(event.roomId()).isEqualTo(5);
    assertThat(event.seq()).isEqualTo(1_700_000_000_000_001L);
    assertThat(text(event.json())).isEqualTo("{" + json);
  }

  @Test
  void builds_what_scripts_publish() {
    String json = ChannelMessage.presenceHead(SENDER, 5) + "12" + ChannelMessage.presenceTail("a\"b:c")
        + "\"join\":[\"alice\"]}";
    assertThat(json).isEqualTo(
        "{\"srv\":\"node-1.0a1b2c3d.5.P12\",\"type\":\"presence_diff\",\"room\":\"a\\\"b:c\",\"join\":[\"alice\"]}");
    assertThat(receiver.decode(CHANNEL, ROOM, utf8(json)).origin()).isEqualTo(Origin.PRESENCE);
    assertThat(sender.decode(CHANNEL, ROOM, utf8(json))).isNull();
    String adopted = ChannelMessage.adoptionHead(SENDER) + "12" + ChannelMessage.presenceTail("x") + "\"join\":[\"alice\"]}";
    assertThat(sender.decode(CHANNEL, ROOM, utf8(adopted)).origin()).isEqualTo(Origin.PRESENCE);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "{\"type\":\"notice\",\"text\":\"hi\"}                    | {\"type\":\"notice\",\"text\":\"hi\"}                | 0",
      "{\"srv\": \"abc123\", \"type\": \"chat\", \"seq\": 9}    | {\"type\": \"chat\", \"seq\": 9}                     | 9",
      "{\"srv\":\"abc123\",\"type\":\"chat\"}                   | {\"type\":\"chat\"}                                  | 0",
      "{\"type\":\"chat\" , \"srv\":{\"a\":[1]} , \"x\":1.50}   | {\"type\":\"chat\"  , \"x\":1.50}                    | 0",
      "{\"type\":\"chat\",\"srv\":5}                            | {\"type\":\"chat\"}                                  | 0",
      "{\"type\":\"chat\",\"seq\":\"9\"}                        | {\"type\":\"chat\",\"seq\":\"9\"}                    | 1",
      "{\"type\":\"chat\",\"seq\":-4,\"o\":{\"srv\":1}}         | {\"type\":\"chat\",\"seq\":-4,\"o\":{\"srv\":1}}     | 1"})
  void takes_another_programs_event_as_it_is_but_for_srv(String payload, String json, long seq) {
    Received event = receiver.decode(CHANNEL, ROOM, utf8(payload));
    assertThat(event.origin()).isEqualTo(Origin.FOREIGN);
    assertThat(event.seq()).isEqualTo(seq);
    assertThat(text(event.json())).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "{", "[]", "\"type\"", "{}", "{\"type\":1}", "{\"type\":\"\"}", "{\"srv\":\"a\"}",
      "{\"srv\":\"a\",}", "{\"srv\":\"a\"", "{\"type\":\"a\"} x", "{\"type\":\"a\"}{}", "{\"type\":\"a\",\"type\":\"b\"}",
      "{\"type\":\"a\",\"seq\":99999999999999999999}", "{\"type\":\"a\"\0}",
      "{\"srv\":\"node.1.2.P3\",",
      "{\"srv\":\"node-1.ff.99999999999999999999.7.AAAAAAAAAAAAAAAA\",\"type\":5}", "{\"srv\":\"a\"é}"})
  void ignores_what_is_no_event(String payload) {
    assertThat(receiver.decode(CHANNEL, ROOM, utf8(payload))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\n", "\r\n\t  "})
  void takes_an_event_with_space_around_it(String space) {
    assertThat(text(receiver.decode(CHANNEL, ROOM, utf8(space + "{\"srv\":\"x\",\"type\":\"a\"}" + space)).json()).strip())
        .isEqualTo("{\"type\":\"a\"}");
  }

  @Test
  void ignores_what_is_no_utf8_or_too_large_or_too_deep() {
    byte[] latin = "{\"type\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(receiver.decode(CHANNEL, ROOM, latin)).isNull();
    assertThat(receiver.decode(CHANNEL, ROOM, utf8("{\"type\":\"" + "x".repeat(ForeignMessage.MAX_BYTES) + "\"}"))).isNull();
    String deep = "{\"type\":\"x\",\"a\":" + "[".repeat(100) + "]".repeat(100) + "}";
    assertThat(receiver.decode(CHANNEL, ROOM, utf8(deep))).isNull();
    assertThat(receiver.decode(CHANNEL, ROOM, "{\"type\":\"x\"}".getBytes(StandardCharsets.UTF_16LE))).isNull();
  }
}
