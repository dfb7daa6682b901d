package io.fastroom.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.internals.EventLoop;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is to be told much takes turns with everything else that the event loop does. */
@Timeout(20)
class FlushBatchTest {
  private static final int MUCH = 1 << 20;
  private static final int LITTLE = 1 << 10;
  private static final int MANY = 6;
  private static final int OTHER = -1;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FlushBatch batch = new FlushBatch(EventLoop.of(context), new SocketMetrics(registry),
      new Debtors(new SocketBudget(2 * MANY * MUCH, registry)));
  /** Which of them has written, and when the loop has looked after something else. */
  private final List<Integer> seen = new ArrayList<>();
  private int left = MANY;
  /** Whether each has written on the context that it asked on. */
  private boolean here = true;
  private final Promise<Void> done = Promise.promise();

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void between_two_that_write_much_the_loop_looks_after_something_else() {
    all(MUCH);
    assertThat(seen).containsExactly(0, OTHER, 1, OTHER, 2, OTHER, 3, OTHER, 4, OTHER, 5, OTHER);
  }

  @Test
  void those_that_write_little_do_so_at_once() {
    all(LITTLE);
    assertThat(seen).startsWith(0, 1, 2, 3, 4, 5);
  }

  @Test
  void outboxes_with_little_come_before_those_with_much_between_which_the_loop_looks_after_something_else() {
    left = 5;
    context.runOnContext(turn -> {
      for (int i = 0; i < 4; i++) {
        outbox(i).write(Unpooled.wrappedBuffer(new byte[MUCH]));
      }
      outbox(4).write(Unpooled.wrappedBuffer(new byte[LITTLE]));
    });
    done.future().await();
    assertThat(seen).containsExactly(4, 0, 1, OTHER, OTHER, OTHER, 2, 3, OTHER, OTHER);
  }

  @Test
  void one_that_cannot_be_written_to_keeps_no_other_from_it_neither_now_nor_later() {
    left = 2;
    CompletableFuture<Void> closed = new CompletableFuture<>();
    context.runOnContext(turn -> {
      outbox(new QuickPipe(7) {
        @Override
        public void flush() {
          throw new IllegalStateException("broken");
        }

        @Override
        public void close() {
          closed.complete(null);
        }
      }).write(Unpooled.wrappedBuffer(new byte[LITTLE]));
      outbox(0).write(Unpooled.wrappedBuffer(new byte[LITTLE]));
    });
    closed.orTimeout(10, TimeUnit.SECONDS).join();
    context.runOnContext(turn -> outbox(1).write(Unpooled.wrappedBuffer(new byte[LITTLE])));
    done.future().await();
    assertThat(seen).containsExactly(0, OTHER, 1, OTHER);
  }

  private Outbox outbox(int nth) {
    return outbox(new QuickPipe(nth));
  }

  private Outbox outbox(Pipe pipe) {
    Outbox outbox = new Outbox(pipe, Framing.WEB_SOCKET, batch, new SocketMetrics(registry), null);
    outbox.tellAbove(Long.MAX_VALUE);
    return outbox;
  }

  /** They ask in one turn of the loop, and each has something else done after it has written. */
  private void all(int bytes) {
    context.runOnContext(turn -> {
      for (int i = 0; i < MANY; i++) {
        int nth = i;
        batch.turn().onComplete(mine -> {
          here &= Vertx.currentContext() == context;
          seen.add(nth);
          batch.wrote(bytes);
          context.runOnContext(then -> other());
        });
      }
    });
    done.future().await();
    assertThat(here).isTrue();
  }

  private void other() {
    seen.add(OTHER);
    left--;
    if (left == 0) {
      done.complete();
    }
  }

  /** Takes everything when it is flushed. */
  private class QuickPipe implements Pipe {
    private final int nth;
    private long pending;

    QuickPipe(int nth) {
      this.nth = nth;
    }

    @Override
    public ByteBufAllocator alloc() {
      return ByteBufAllocator.DEFAULT;
    }

    @Override
    public long pending() {
      return pending;
    }

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public void write(ByteBuf bytes) {
      pending += bytes.readableBytes();
    }

    @Override
    public void writeLast(ByteBuf bytes, Runnable sent) {
      write(bytes);
    }

    @Override
    public void flush() {
      pending = 0;
      seen.add(nth);
      context.runOnContext(then -> other());
    }

    @Override
    public void close() { }

    @Override
    public int offer(ByteBuf bytes) {
      return 0;
    }
  }
}
