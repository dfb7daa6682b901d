package io.fastroom.websocket;

import io.fastroom.bench.load.Crowd;
import io.fastroom.bench.load.Generator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A delivery from the bus to a socket: {@value #SOCKETS} real ones in a room, whose event loop has nothing else to do.
 * One chat at a time costs a system call a socket; a burst shares them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class HubBenchmark {
  private static final int SOCKETS = 200;
  private static final int CHATS = 64;
  private static final String ROOM = "room0";
  private static final String TEXT = "x".repeat(100);

  @Param({"1", "16"})
  public int burst;

  private SocketsUnderTest node;
  private Generator generator;
  private long written;

  @Setup(Level.Trial)
  public void subscription() {
    node = new SocketsUnderTest();
    generator = new Generator();
    List<String> tokens = Stream.generate(() -> node.tokens.sign(SocketsUnderTest.user()).access()).limit(SOCKETS)
        .toList();
    new Crowd(generator, List.of(new InetSocketAddress("127.0.0.1", node.port())), tokens, "room", 1, SOCKETS)
        .joinAll(SOCKETS, SOCKETS, Duration.ofSeconds(10));
    written = framesOut();
  }

  private long framesOut() {
    return (long) node.counted("fastroom.frames.out");
  }

  @Benchmark
  @OperationsPerInvocation(CHATS * SOCKETS)
  public void deliver() {
    for (int i = 0; i < CHATS / burst; i++) {
      node.rooms.now(rooms -> {
        for (int chat = 0; chat < burst; chat++) {
          rooms.say(rooms.room(ROOM), 1, "someone", TEXT, null, null, null);
        }
      });
      written += (long) burst * SOCKETS;
      while (framesOut() < written) {
        Thread.onSpinWait();
      }
    }
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    generator.close();
    node.close();
  }
}
