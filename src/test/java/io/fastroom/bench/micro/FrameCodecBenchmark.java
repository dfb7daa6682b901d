package io.fastroom.bench.micro;

import io.fastroom.websocket.ClientFrame;
import io.fastroom.websocket.FrameCodec;
import io.fastroom.websocket.ServerFrame;
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

/** What a session reads and answers most. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class FrameCodecBenchmark {
  @Param({"100", "4000"})
  public int letters;

  private String chat;
  private ServerFrame pong;

  @Setup
  public void prepare() {
    chat = "{\"type\":\"chat\",\"room\":\"general\",\"ref\":\"r-1\",\"client_id\":\"c-1\",\"message\":\""
        + "x".repeat(letters) + "\"}";
    pong = new ServerFrame.Pong("r-1", Instant.parse("2025-01-01T00:00:00.123456Z"));
  }

  @Benchmark
  public ClientFrame decode() throws Exception {
    return FrameCodec.decode(chat);
  }

  @Benchmark
  public byte[] encode() {
    return FrameCodec.encode(pong);
  }
}
