package io.fastroom.websocket;

import io.fastroom.room.RoomApi;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Frames in and out of a socket, and laying one down for a whole room. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class FrameCodecBenchmark {
  private final String chat = "{\"type\":\"chat\",\"room\":\"general\",\"message\":\"" + "x".repeat(100) + "\"}";
  private final byte[] json = chat.getBytes(StandardCharsets.UTF_8);
  private final ServerFrame state = new ServerFrame.PresenceState("general",
      new RoomApi.Who(IntStream.range(0, 500).mapToObj(i -> "user" + i).toList(), 1_000, true));
  private final ServerFrame joined = new ServerFrame.Joined(null, "general", 7, 123_456, Instant.EPOCH);

  @Benchmark
  public Object decode_a_chat() throws BadFrame {
    return FrameCodec.decode(chat);
  }

  @Benchmark
  public byte[] encode_joined() {
    return FrameCodec.encode(joined);
  }

  @Benchmark
  public byte[] encode_a_presence_state_of_1000() {
    return FrameCodec.encode(state);
  }

  @Benchmark
  public byte[] add_a_ref() {
    return FrameCodec.withRef(json, "r-1");
  }

  @Benchmark
  public int lay_down_a_frame() {
    ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(256);
    TextFrame.write(frame, json);
    int size = frame.readableBytes();
    frame.release();
    return size;
  }
}
