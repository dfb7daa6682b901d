package io.fastroom.bench.micro;

import io.fastroom.bus.Address;
import io.fastroom.bus.Bus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Questions and facts from one event loop to another, {@value #MANY} under way. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class BusBenchmark {
  private static final int MANY = 256;
  private static final Address<Question, Long> ASKED = new Address<>("bench.asked");
  private static final Address<Question, Void> TOLD = new Address<>("bench.told");

  record Question(long number) { }

  private Vertx vertx;
  private Bus bus;
  private Context asker;
  private volatile CountDownLatch heard;

  @Setup
  public void prepare() {
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    Bus.install(vertx);
    bus = new Bus(vertx);
    vertx.deployVerticle(context -> Future.all(
        bus.answer(ASKED, question -> Future.succeededFuture(question.number())),
        bus.hear(TOLD, fact -> heard.countDown()))).await();
    asker = vertx.getOrCreateContext();
  }

  @TearDown
  public void end() {
    vertx.close().await();
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public void ask() throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(MANY);
    asker.runOnContext(ready -> {
      for (int i = 0; i < MANY; i++) {
        bus.ask(ASKED, new Question(i)).onComplete(answer -> answered.countDown());
      }
    });
    answered.await();
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public void tell() throws InterruptedException {
    heard = new CountDownLatch(MANY);
    asker.runOnContext(ready -> {
      for (int i = 0; i < MANY; i++) {
        bus.tell(TOLD, new Question(i));
      }
    });
    heard.await();
  }
}
