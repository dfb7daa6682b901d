package io.fastroom.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTableTest {
  /** @param apart what lies between two ids of rooms: with the last, not all of them are ints */
  @ParameterizedTest
  @ValueSource(longs = {1, 100_000_000, 1L << 40})
  void they_are_those_of_a_map_whatever_comes_and_goes(long apart) {
    Random random = new Random(17);
    PlaceTable places = new PlaceTable();
    Map<Long, Long> right = new TreeMap<>();
    for (int i = 0; i < 5_000; i++) {
      long room = apart * random.nextInt(i < 2_500 ? 300 : 20);
      if (random.nextInt(3) == 0) {
        assertThat(places.remove(room)).isEqualTo(right.remove(room) != null);
      } else if (places.has(room)) {
        places.advance(room, i * apart, i * apart);
        right.put(room, i * apart);
      } else {
        places.add(room, i * apart, i * apart);
        right.put(room, i * apart);
      }
    }
    assertThat(places.rooms()).containsExactly(right.keySet().stream().mapToLong(Long::longValue).toArray());
    right.forEach((room, seq) -> assertThat(places.readSeq(room)).isEqualTo(places.changedSeq(room)).isEqualTo(seq));
    assertThat(places.has(301 * apart)).isFalse();
    assertThat(places.has(-1 - (1L << 33))).isFalse();
  }

  @Test
  void a_mark_does_not_go_back_and_a_fence_goes_with_the_room() {
    PlaceTable places = new PlaceTable();
    places.expect(1);
    places.add(7, 5, 5);
    places.advance(7, 4, 6);
    assertThat(places.changedSeq(7)).isEqualTo(5);
    assertThat(places.readSeq(7)).isEqualTo(6);
    places.fence(7, 9);
    assertThat(places.isFenced(7)).isTrue();
    places.remove(7);
    places.add(7, 10, 10);
    assertThat(places.isFenced(7)).isFalse();
    places.fence(7, 11);
    places.unfence(7);
    assertThat(places.lostSeq(7)).isZero();
  }
}
