package io.fastroom.bridge;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.NodeId;
import io.fastroom.persistence.DeploymentApi;
import io.fastroom.persistence.DeploymentApi.Identify;
import io.fastroom.persistence.DeploymentApi.Identity;
import io.fastroom.redis.LuaScript;
import io.fastroom.redis.RedisApi;
import io.fastroom.redis.RedisConnector;
import io.fastroom.redis.RedisLink;
import io.fastroom.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says on Redis which database this deployment has, so that another one under the same names, a copy of production for
 * example, does not start beside it and take its events for its own.
 *
 * <p>Thread: its own context; one a node. Limits: a deployment that has died is forgotten after {@link #LIFE_MILLIS}.
 */
public final class DeploymentLease extends VerticleBase {
  private static final LuaScript CLAIM = LuaScript.load("deployment.lua");
  private static final long LIFE_MILLIS = 15_000;
  private static final long EVERY_MILLIS = 3_000;
  private static final long HEALTH_MILLIS = 1_000;
  private static final long WARN_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.redis");

  private final Bus bus;
  private final Settings.Redis settings;
  private final NodeId node;
  private RedisLink redis;
  private Identity mine;
  private boolean strange;
  private boolean failing;
  private long warnedAt;

  public DeploymentLease(Bus bus, Settings settings, NodeId node) {
    this.bus = bus;
    this.settings = settings.redis();
    this.node = node;
  }

  /** Fails when Redis has another deployment under these names. Starts also while Redis is away, and looks later. */
  @Override
  public Future<?> start() {
    redis = new RedisLink(vertx, RedisConnector.forKeys(vertx, settings.servers()), "the deployment", () -> { });
    return redis.start()
        .compose(tried -> claimed(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIFE_MILLIS + EVERY_MILLIS)))
        .onSuccess(ours -> {
          vertx.setPeriodic(EVERY_MILLIS, timer -> claim().onSuccess(free -> warn()));
          vertx.setPeriodic(HEALTH_MILLIS, timer -> tell());
        })
        // Nobody stops what has not started.
        .recover(taken -> redis.stop().transform(stopped -> Future.failedFuture(taken)));
  }

  /** Waits for as long as a deployment that has died may still be named. */
  private Future<Void> claimed(long deadline) {
    return claim().compose(free -> {
      if (free) {
        return Future.succeededFuture();
      }
      return System.nanoTime() < deadline ? vertx.timer(HEALTH_MILLIS).compose(later -> claimed(deadline))
          : Future.failedFuture(new NamesTaken("this Redis serves another deployment, with a database of its "
              + "own, under the same names: set REDIS_NAMESPACE for one of them"));
    });
  }

  private void tell() {
    bus.announce(RedisApi.HEALTH, new RedisApi.Health("the deployment", !strange && !failing));
  }

  /** @return false when the names are another deployment's; true also when that cannot be found out now */
  private Future<Boolean> claim() {
    return identity().compose(known -> run(known, LIFE_MILLIS, false)).compose(this::owned)
        .recover(this::unknown);
  }

  private Future<Boolean> owned(String owner) {
    failing = false;
    strange = !owner.isEmpty() && !mine.isSame(owner);
    boolean alsoOurs = !owner.isEmpty() && !strange;
    return alsoOurs ? run(mine, LIFE_MILLIS, true).map(true) : Future.succeededFuture(!strange);
  }

  private Future<Boolean> unknown(Throwable failure) {
    if (!(failure instanceof Refused)) {
      if (!failing) {
        LOG.warn("the deployment in redis: {}", failure.toString());
      }
      failing = true;
    }
    return Future.succeededFuture(!strange);
  }

  private void warn() {
    long now = System.nanoTime();
    if (strange && (warnedAt == 0 || now - warnedAt > WARN_NANOS)) {
      warnedAt = now;
      LOG.error("this Redis serves another deployment under the same names: set REDIS_NAMESPACE for one of them");
    }
  }

  private Future<Identity> identity() {
    return mine != null ? Future.succeededFuture(mine)
        : bus.ask(DeploymentApi.IDENTIFY, new Identify()).onSuccess(answer -> mine = answer);
  }

  private Future<String> run(Identity identity, long life, boolean same) {
    String lease = settings.prefix() + "fastroom:{deployment}";
    return CLAIM.run(redis, List.of(lease, lease + ":nodes"),
        List.of(identity.text(), node.mark(), life, same ? 1 : 0)).map(Object::toString);
  }

  /** The last node of a deployment lets go of its names. */
  @Override
  public Future<?> stop() {
    Future<?> released = mine == null || strange ? Future.succeededFuture() : run(mine, 0, false);
    return released.transform(done -> redis.stop());
  }

  /** Another deployment was first; the message is one line for whoever set the two up. */
  private static final class NamesTaken extends IllegalStateException {
    private static final long serialVersionUID = 1;

    NamesTaken(String message) {
      super(message);
    }
  }
}
