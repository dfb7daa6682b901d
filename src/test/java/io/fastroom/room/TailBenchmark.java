package io.fastroom.room;

import io.fastroom.model.Message;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.wire.EncodedEvent;
import io.fastroom.wire.EventJson;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A full tail: one more chat, and what a reader some events behind gets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class TailBenchmark {
  private static final Instant NOW = Instant.parse("2025-01-01T00:00:00.123456Z");

  @Param({"1", "50", "500"})
  public int behind;

  private final Tail tail = new Tail();
  private final byte[] json = EventJson.encode(chat(1));
  private long seq;

  private static Chat chat(long seq) {
    return new Chat(7, "general", seq, NOW,
        new Message(seq, seq, 42, "alice", "x".repeat(100), NOW, null, null, false, null));
  }

  @Setup
  public void fill() {
    for (int i = 0; i < Tail.MAX_EVENTS; i++) {
      add();
    }
  }

  @Benchmark
  public void add() {
    tail.add(chat(++seq), json);
  }

  @Benchmark
  public List<EncodedEvent> after() {
    return tail.after(seq - behind);
  }
}
