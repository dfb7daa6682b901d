package io.fastroom.webhook;

import io.fastroom.bus.Bus;
import io.fastroom.model.NodeId;
import io.fastroom.net.Targets;
import io.fastroom.persistence.WebhookApi;
import io.fastroom.persistence.WebhookApi.Claim;
import io.fastroom.persistence.WebhookApi.Claimed;
import io.fastroom.persistence.WebhookApi.Keep;
import io.fastroom.persistence.WebhookApi.Survey;
import io.fastroom.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Delivers the webhooks that this node has the lease of, each on its own, so that none waits for another's receiver. One
 * instance a node.
 *
 * <p>Thread: its event loop. Limits: {@link #MOST} hooks at once, of which {@link #MOST_UNPROVEN} may be those whose
 * receivers did not take the last try; the others wait in PostgreSQL, or for another node.
 */
public final class WebhookVerticle extends VerticleBase {
  private static final int MOST = 256;
  /** However many receivers hang, those that answer wait for none of them. */
  private static final int MOST_UNPROVEN = MOST / 2;
  private static final long TICK_MILLIS = 1_000;
  private static final int KEEP_TICKS = 2;
  private static final int SURVEY_TICKS = 15;
  /** Less than a lease takes: another node may have the hooks after it. */
  private static final long TRUST_NANOS = TimeUnit.MILLISECONDS.toNanos(5_500);
  private static final long STOP_MILLIS = 3_000;

  private final Bus bus;
  private final Settings settings;
  private final NodeId id;
  private final WebhookMetrics metrics;
  private final Map<Long, HookRun> runs = new HashMap<>();
  private Targets targets;
  private Sender sender;
  private boolean claiming;
  private boolean stopping;
  private long ticks;
  private long keptAt;
  private long ticking;

  public WebhookVerticle(Bus bus, Settings settings, NodeId id, MeterRegistry registry) {
    this.bus = bus;
    this.settings = settings;
    this.id = id;
    this.metrics = new WebhookMetrics(registry);
  }

  @Override
  public Future<?> start() {
    targets = new Targets(vertx, settings.webhookTargets(), MOST);
    sender = new Sender(vertx, targets, MOST);
    ticking = vertx.setPeriodic(TICK_MILLIS, timer -> tick());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    vertx.cancelTimer(ticking);
    runs.values().forEach(HookRun::stop);
    return drained(System.nanoTime()).compose(ended -> sender.close());
  }

  /** What is under way may end; the lease of the rest expires. */
  private Future<Void> drained(long since) {
    return runs.isEmpty() || System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS)
        ? Future.succeededFuture() : vertx.timer(TICK_MILLIS / 10).compose(passed -> drained(since));
  }

  private void tick() {
    ticks++;
    metrics.running(runs.size(), targets.resolving());
    if (ticks % KEEP_TICKS == 0 && !runs.isEmpty()) {
      keep();
    }
    if (ticks % SURVEY_TICKS == 1) {
      bus.ask(WebhookApi.SURVEY, new Survey()).onSuccess(metrics::surveyed);
    }
    claim();
  }

  private void claim() {
    int free = MOST - runs.size();
    if (claiming || stopping || free <= 0) {
      return;
    }
    claiming = true;
    long asked = System.nanoTime();
    int unproven = (int) runs.values().stream().filter(HookRun::mayHang).count();
    bus.ask(WebhookApi.CLAIM, new Claim(id.text(), free, Math.max(0, MOST_UNPROVEN - unproven))).onComplete(answer -> {
      claiming = false;
      if (answer.succeeded() && !answer.result().isEmpty()) {
        keptAt = runs.isEmpty() ? asked : keptAt;
        answer.result().forEach(this::begin);
      }
    });
  }

  private void begin(Claimed hook) {
    HookRun run = new HookRun(vertx, bus, sender, metrics, id.text(), hook);
    HookRun before = runs.put(hook.id(), run);
    if (before != null) {
      // Its lease ran out, and it has not noticed yet.
      before.stop();
    }
    if (stopping) {
      run.stop();
    }
    run.run().onComplete(ended -> runs.remove(hook.id(), run));
  }

  private void keep() {
    long asked = System.nanoTime();
    List<Claimed> mine = runs.values().stream().map(HookRun::hook).toList();
    bus.ask(WebhookApi.KEEP, new Keep(id.text(), mine)).onComplete(answer -> {
      if (answer.succeeded()) {
        keptAt = asked;
        Set<Long> kept = new HashSet<>(answer.result());
        mine.stream().filter(hook -> !kept.contains(hook.id())).forEach(this::lost);
      } else if (System.nanoTime() - keptAt > TRUST_NANOS) {
        mine.forEach(this::lost);
      }
    });
  }

  private void lost(Claimed hook) {
    HookRun run = runs.get(hook.id());
    if (run != null && run.hook() == hook) {
      run.stop();
    }
  }
}
