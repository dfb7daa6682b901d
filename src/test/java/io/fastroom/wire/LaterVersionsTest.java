package io.fastroom.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.BlockedToken;
import io.fastroom.model.Revocation;
import io.fastroom.wire.WatchHints.Read;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What nodes of a later version tell one another has fields that are not known here, wherever they stand. */
class LaterVersionsTest {

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void hints_are_read_around_what_is_not_known() {
    WatchHints hints = WatchHints.decode(bytes("""
        {"type":"watch","epoch":5,"drafts":[1,2,3],"heads":[1,20],"more":{"heads":[9,9],"n":4},"users":[7],"last":8,
        "reads":[4,5,6,7,"room"],"tail":[[1]]}"""));
    assertThat(hints).isEqualTo(new WatchHints(Map.of(1L, 20L), Set.of(7L), List.of(new Read(4, 5, "room", 6, 7)),
        Map.of()));
  }

  @Test
  void revocations_are_read_around_what_is_not_known() {
    Revocation told = RevokeMessage.decode(bytes("""
        {"type":"revoke","tokens":[["jti",1000]],"reason":{"tokens":[["x",1]],"disabled":["9"]},"keys":[5],"disabled":["7"],
        "since":4,"enabled":["8"]}"""));
    assertThat(told).isEqualTo(new Revocation(List.of(new BlockedToken("jti", Instant.ofEpochMilli(1000))), List.of(7L),
        List.of(8L)));
  }
}
