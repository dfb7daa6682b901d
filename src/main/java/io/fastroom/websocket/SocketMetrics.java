package io.fastroom.websocket;

import io.fastroom.auth.Refusals;
import io.fastroom.model.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Metrics of sockets; one per node. Thread: any. */
public final class SocketMetrics {
  static final String ACCEPTED = "accepted";

  private final AtomicInteger sockets = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicInteger arriving = new AtomicInteger();
  private final Map<Class<?>, Counter> in = new HashMap<>();
  private final Map<Integer, Counter> closes;
  private final Counter closedOtherwise;
  private final Counter malformed;
  private final Counter framesOut;
  private final Counter bytesOut;
  private final Counter dropped;
  private final Counter slowReaders;
  private final Counter overloaded;
  private final Map<String, Counter> handshakes = new ConcurrentHashMap<>();
  private final Map<Problem, Counter> errors = new ConcurrentHashMap<>();
  private final MeterRegistry registry;
  private final Refusals refusals;

  public SocketMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.refusals = new Refusals(registry);
    handshake(ACCEPTED, 0);
    Gauge.builder("fastroom.sockets", sockets, AtomicInteger::get).description("Open sockets").register(registry);
    Gauge.builder("fastroom.streams", streams, AtomicInteger::get).description("Open streams of server-sent events")
        .register(registry);
    Gauge.builder("fastroom.arrivals.waiting", arriving, AtomicInteger::get)
        .description("Handshakes and joins that wait for their turn").register(registry);
    FrameCodec.CLIENT_TYPES.forEach((type, kind) -> in.put(kind, in(registry, type)));
    malformed = in(registry, "malformed");
    framesOut = Counter.builder("fastroom.frames.out").description("Text frames written").register(registry);
    bytesOut = Counter.builder("fastroom.bytes.out").description("Bytes written to sockets").baseUnit("bytes")
        .register(registry);
    dropped = Counter.builder("fastroom.ephemeral.dropped")
        .description("Turns of typing and presence not written to slow readers").register(registry);
    overloaded = Counter.builder("fastroom.sockets.overloaded")
        .description("Sockets told to go, since they owed most when too much was queued for all").register(registry);
    slowReaders = Counter.builder("fastroom.slow.readers")
        .description("Times a socket fell so far behind in a room that it reads on from the log").register(registry);
    closes = Arrays.stream(CloseCode.values())
        .collect(Collectors.toMap(CloseCode::code, closeCode -> closed(registry, String.valueOf(closeCode.code()))));
    closes.put(1000, closed(registry, "1000"));
    closes.put(CloseCode.NO_CODE, closed(registry, "1005"));
    closes.put(CloseCode.VANISHED, closed(registry, "1006"));
    closedOtherwise = closed(registry, "other");
  }

  private static Counter in(MeterRegistry registry, String type) {
    return Counter.builder("fastroom.messages.in").description("Frames received").tag("type", type).register(registry);
  }

  private static Counter closed(MeterRegistry registry, String code) {
    return Counter.builder("fastroom.sockets.closed").description("Sockets closed").tag("code", code)
        .register(registry);
  }

  /** @param outcome {@link #ACCEPTED}, or the code of the problem that it was refused with */
  void handshake(String outcome) {
    handshake(outcome, 1);
  }

  private void handshake(String outcome, int count) {
    handshakes.computeIfAbsent(outcome, known -> Counter.builder("fastroom.handshakes")
        .description("Requests for a socket, by what became of them").tag("outcome", known).register(registry))
        .increment(count);
  }

  /** @param more how many more wait for their turn, fewer when negative */
  void arriving(int more) {
    arriving.addAndGet(more);
  }

  void opened(boolean stream) {
    (stream ? streams : sockets).incrementAndGet();
  }

  void closed(int code, boolean stream) {
    (stream ? streams : sockets).decrementAndGet();
    closes.getOrDefault(code, closedOtherwise).increment();
  }

  void messageIn(ClientFrame frame) {
    in.get(frame.getClass()).increment();
  }

  /** Counts a frame that tells a client what is refused. @return the same */
  ServerFrame out(ServerFrame frame) {
    if (frame instanceof ServerFrame.ErrorFrame error) {
      errors.computeIfAbsent(error.problem(), problem -> Counter.builder("fastroom.error.frames")
          .description("Frames that told a client what was refused, by why").tag("code", problem.code())
          .register(registry)).increment();
    }
    return frame;
  }

  /** A limit has refused what a socket wanted. @param kind which one */
  void limited(String kind, String account, String address, String connId) {
    refusals.limited(kind, account, address, connId);
  }

  void malformedIn() {
    malformed.increment();
  }

  void framesOut(int frames) {
    framesOut.increment(frames);
  }

  void bytesOut(long bytes) {
    bytesOut.increment(bytes);
  }

  void ephemeralDropped() {
    dropped.increment();
  }

  void overloaded() {
    overloaded.increment();
  }

  void fellBehind() {
    slowReaders.increment();
  }
}
