package io.fastroom.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WindowTest {
  private record Said(long seq, long author) { }

  private static Window window(List<Said> last) {
    return new Window(last.stream().mapToLong(Said::seq).toArray(), last.stream().mapToLong(Said::author).toArray());
  }

  private static List<Said> lastOf(List<Said> all) {
    return all.subList(Math.max(0, all.size() - Window.SIZE), all.size());
  }

  @Test
  void counts_what_a_list_of_all_messages_would_or_says_that_it_cannot() {
    Random random = new Random(7);
    List<Said> all = new ArrayList<>();
    long seq = 0;
    Window window = window(all);
    int unknown = 0;
    for (int step = 0; step < 2_000; step++) {
      List<Said> more = new ArrayList<>();
      for (int i = random.nextInt(random.nextInt(20) == 0 ? 300 : 5); i > 0; i--) {
        seq += 1 + random.nextInt(3);
        more.add(new Said(seq, random.nextInt(3)));
      }
      all.addAll(more);
      List<Said> told = lastOf(more);
      window.add(told.stream().mapToLong(Said::seq).toArray(), told.stream().mapToLong(Said::author).toArray());
      if (!all.isEmpty() && random.nextInt(3) == 0) {
        Said gone = all.remove(all.size() - 1 - random.nextInt(Math.min(all.size(), 200)));
        window.remove(gone.seq());
      }
      long user = random.nextInt(4);
      long read = Math.max(0, seq - random.nextInt(400));
      int counted = window.count(user, read);
      long right = all.stream().filter(said -> said.seq() > read && said.author() != user).limit(99).count();
      if (counted >= 0) {
        assertThat(counted).isEqualTo(right);
      } else {
        unknown++;
      }
    }
    assertThat(unknown).isPositive().isLessThan(1_500);
  }

  @Test
  void knows_everything_of_a_room_with_few_messages() {
    long[] seqs = LongStream.rangeClosed(5, 20).toArray();
    Window window = new Window(seqs, new long[seqs.length]);
    assertThat(window.count(1, 0)).isEqualTo(16);
    assertThat(window.count(0, 0)).isZero();
    assertThat(window.count(1, 18)).isEqualTo(2);
  }
}
