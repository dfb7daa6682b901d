package io.fastroom.http;

import io.fastroom.auth.Principal;
import io.fastroom.auth.Refusals;
import io.fastroom.internals.HttpConnections;
import io.fastroom.net.ClientAddress;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What the node keeps for clients of REST: answers that they have not taken yet, and bodies that they have not ended.
 * When that is more than its limit, connections of whoever has most are closed, the oldest first: an account, and of
 * those who are not signed in an address. What they hold counts until they are closed, which the event loop of each has
 * to get to; those of them who go on adding to twice the limit meanwhile are closed at once. And beyond twice the limit
 * no answer is written but small ones of those of whom nothing else is kept: the connection is closed instead. One a
 * node.
 *
 * <p>Thread: any.
 */
final class HttpMemory {
  private static final String KIND = "http_buffer";
  /** Bytes of an answer that is written whatever else is kept. */
  private static final int SMALL = 64 << 10;

  /** What is kept for one request. */
  static final class Held {
    private final HttpServerRequest request;
    private final String owner;
    private final String account;
    /** Lets go of what is kept at once, from any thread; null where only the end of the connection does. */
    private final Runnable drop;
    private long bytes;
    private boolean closing;
    private boolean over;

    private Held(HttpServerRequest request, String owner, String account, Runnable drop) {
      this.request = request;
      this.owner = owner;
      this.account = account;
      this.drop = drop;
    }
  }

  private final long limit;
  private final ClientAddress addresses;
  private final Refusals refusals;
  /** Those that are not being closed, in the order of their begin. Guarded by this, as is all below. */
  private final Set<Held> all = new LinkedHashSet<>();
  private final Map<String, Long> owners = new HashMap<>();
  private long bytes;
  /** The part of it that belongs to connections that are being closed, and whose that is. */
  private long closing;
  private final Map<String, Long> debtors = new HashMap<>();

  /** @param limit bytes */
  HttpMemory(long limit, ClientAddress addresses, Refusals refusals, MeterRegistry registry) {
    this.limit = limit;
    this.addresses = addresses;
    this.refusals = refusals;
    Gauge.builder("fastroom.http.buffer", this::bytes).baseUnit("bytes")
        .description("Bytes of answers that clients of REST have not taken, and of bodies that they have not ended")
        .register(registry);
    Gauge.builder("fastroom.http.buffer.limit", () -> limit).baseUnit("bytes")
        .description("Bytes that may be kept for clients of REST").register(registry);
  }

  synchronized long bytes() {
    return bytes;
  }

  /**
   * @param who null when nobody is signed in
   * @param drop lets go of what is kept at once, on any thread; null where that is only when the connection is closed
   */
  Held begin(HttpServerRequest request, Principal who, Runnable drop) {
    String address = addresses.of(request);
    return who == null ? new Held(request, address, null, drop)
        : new Held(request, "user " + who.userId(), who.username(), drop);
  }

  /**
   * Has an answer written and counts it until its client has taken it; closes the connection instead when there is no room.
   *
   * @param who null when nobody is signed in
   */
  void answer(HttpServerRequest request, Principal who, int length, Supplier<Future<Void>> write) {
    if (length > 0 && isFull(length)) {
      Held held = begin(request, who, null);
      if (length > SMALL || owes(held)) {
        abort(held);
        return;
      }
    }
    Future<Void> written = write.get();
    if (length > 0 && !written.isComplete()) {
      Held held = begin(request, who, null);
      grow(held, length);
      written.onComplete(taken -> end(held));
    }
  }

  private synchronized boolean isFull(int more) {
    return bytes + more > 2 * limit;
  }

  private synchronized boolean owes(Held held) {
    return owners.containsKey(held.owner) || debtors.containsKey(held.owner);
  }

  private void abort(Held held) {
    refusals.limited(KIND, held.account, addresses.of(held.request), CommonHeaders.requestId(held.request));
    if (held.drop != null) {
      // An event loop reads all that comes over thousands of connections before it closes those that others want it to.
      held.drop.run();
      end(held);
    }
    HttpConnections.abort(held.request.connection());
  }

  /** Counts more bytes. Returns false when its connection is being closed: nothing more is to be kept for it. */
  boolean grow(Held held, int more) {
    List<Held> closed;
    boolean goesOn;
    synchronized (this) {
      if (held.over || held.closing || more == 0) {
        return !held.closing;
      }
      all.add(held);
      keep(held, more);
      closed = bytes - closing > limit ? relieve() : new ArrayList<>(0);
      if (bytes > 2 * limit && !held.closing && debtors.containsKey(held.owner)) {
        close(held);
        closed.add(held);
      }
      goesOn = !held.closing;
    }
    closed.forEach(this::abort);
    return goesOn;
  }

  synchronized void end(Held held) {
    if (held.over || held.bytes == 0) {
      return;
    }
    held.over = true;
    if (held.closing) {
      closing -= held.bytes;
      bytes -= held.bytes;
      add(debtors, held.owner, -held.bytes);
    } else {
      all.remove(held);
      keep(held, -held.bytes);
    }
  }

  private void keep(Held held, long more) {
    held.bytes += more;
    bytes += more;
    add(owners, held.owner, more);
  }

  private static void add(Map<String, Long> to, String owner, long more) {
    to.merge(owner, more, (before, change) -> before + change == 0 ? null : before + change);
  }

  private void close(Held held) {
    held.closing = true;
    all.remove(held);
    add(owners, held.owner, -held.bytes);
    add(debtors, held.owner, held.bytes);
    closing += held.bytes;
  }

  /** The oldest of whoever has most, until there is some room again. */
  private List<Held> relieve() {
    List<Held> closed = new ArrayList<>();
    while (bytes - closing > limit / 10 * 9 && !all.isEmpty()) {
      String most = Collections.max(owners.entrySet(), Map.Entry.comparingByValue()).getKey();
      Held oldest = all.stream().filter(held -> held.owner.equals(most)).findFirst().orElseThrow();
      closed.add(oldest);
      close(oldest);
    }
    return closed;
  }
}
