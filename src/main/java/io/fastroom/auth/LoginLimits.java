package io.fastroom.auth;

import io.fastroom.auth.RateLimits.Budget;
import io.fastroom.auth.RateLimits.SlowDown;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.net.ClientNetwork;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may try to log in or to register how often. Failures count against the address, and against account and address
 * together, so that nobody can lock anybody else out; what succeeds counts against nothing. An account that has failed
 * from everywhere too often makes addresses wait that it does not know.
 *
 * <p>Thread: any.
 */
public final class LoginLimits {
  private static final int WINDOW_MILLIS = 60_000;
  /** A site has so many networks of 64 bits, and one customer must not use them one after the other. */
  private static final int SITE_FACTOR = 10;
  private static final SlowDown ACCOUNT = new SlowDown(100, 3_600_000, 1_000, 900_000);
  /** How long tries may wait for those before them that are not decided yet. */
  private static final int MAX_LOOKS = 50;
  private static final long LOOK_MILLIS = 100;

  private final Vertx vertx;
  private final RateLimits limits;
  private final Budget perAddress;
  private final Budget perSite;

  public LoginLimits(Vertx vertx, RateLimits limits, int perMinute) {
    this.vertx = vertx;
    this.limits = limits;
    this.perAddress = new Budget(perMinute, WINDOW_MILLIS);
    this.perSite = new Budget((int) Math.min((long) perMinute * SITE_FACTOR, Integer.MAX_VALUE), WINDOW_MILLIS);
  }

  /** Why a try is refused: for metrics and the log. */
  public enum Kind { ADDRESS, SITE, PAIR, ACCOUNT }

  /** Refused(RATE_LIMITED) that knows why. */
  public record Limited(Kind kind, long waitMillis) { }

  private record Place(String key, Budget budget) { }

  /** A try under way. To be settled once. */
  public final class Attempt {
    private final List<Place> places = new ArrayList<>();
    private Limited limited;

    /** What refused it, null when nothing did. */
    public Limited limited() {
      return limited;
    }

    /** The password was wrong, or an account was made. */
    public void count() {
      settle(true);
    }

    public void giveBack() {
      settle(false);
    }

    private void settle(boolean counts) {
      places.forEach(place -> limits.settle(place.key, place.budget, counts));
      places.clear();
    }

    private Future<Attempt> take(Kind kind, String key, Budget budget, int looks) {
      if (limited != null) {
        return Future.succeededFuture(this);
      }
      return limits.take(key, budget).compose(wait -> {
        if (wait == RateLimits.UNDECIDED && looks < MAX_LOOKS) {
          return vertx.timer(LOOK_MILLIS).compose(later -> take(kind, key, budget, looks + 1));
        }
        if (wait == 0) {
          places.add(new Place(key, budget));
        } else {
          limited = new Limited(kind, Math.max(wait, LOOK_MILLIS));
          giveBack();
        }
        return Future.succeededFuture(this);
      });
    }
  }

  /** A try from an address, whoever it is for. */
  public Future<Attempt> from(ClientNetwork address) {
    return new Attempt().take(Kind.ADDRESS, "from:" + address.host(), perAddress, 0)
        .compose(attempt -> address.site() == null ? Future.succeededFuture(attempt)
            : attempt.take(Kind.SITE, "from:" + address.site(), perSite, 0));
  }

  /** The same for an account which the address has lately signed in to: others' failures do not count. */
  public Attempt known() {
    return new Attempt();
  }

  /** Also against account and address together. */
  public Future<Attempt> pair(Attempt attempt, String account, ClientNetwork address) {
    return attempt.take(Kind.PAIR, "pair:" + account + ":" + address.host(), perAddress, 0);
  }

  /** Also against the account, for an address that it does not know. */
  public Future<Attempt> account(Attempt attempt, String account) {
    return limits.waitMillis("account:" + account, ACCOUNT).map(wait -> {
      if (wait > 0) {
        attempt.giveBack();
        attempt.limited = new Limited(Kind.ACCOUNT, wait);
      }
      return attempt;
    });
  }

  public void failed(String account) {
    limits.failed("account:" + account, ACCOUNT);
  }

  /** What the one who asked is told. */
  public static Refused refused(Limited limited) {
    return new Refused(Problem.RATE_LIMITED, "Too many tries, wait a moment", limited.waitMillis());
  }
}
