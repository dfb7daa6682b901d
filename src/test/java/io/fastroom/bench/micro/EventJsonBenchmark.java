package io.fastroom.bench.micro;

import io.fastroom.model.Message;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.wire.EventJson;
import java.time.Instant;
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

/** Laying down and reading back a chat. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class EventJsonBenchmark {
  @Param({"100", "4000"})
  public int letters;

  private RoomEvent event;
  private byte[] json;

  @Setup
  public void prepare() {
    Instant now = Instant.parse("2025-01-01T00:00:00.123456Z");
    Message message = new Message(123_456, 789, 42, "alice", "x".repeat(letters), now, null, null, false, "c-1");
    event = new Chat(7, "general", 789, now, message);
    json = EventJson.encode(event);
  }

  @Benchmark
  public byte[] encode() {
    return EventJson.encode(event);
  }

  @Benchmark
  public RoomEvent decode() {
    return EventJson.decode(7, json);
  }
}
