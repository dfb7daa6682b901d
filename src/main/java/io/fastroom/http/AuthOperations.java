package io.fastroom.http;

import io.fastroom.auth.AuthApi;
import io.fastroom.auth.Passwords;
import io.fastroom.auth.Principal;
import io.fastroom.auth.RateLimits;
import io.fastroom.auth.Tokens;
import io.fastroom.auth.Usernames;
import io.fastroom.bridge.BridgeApi;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.FindCredentials;
import io.fastroom.persistence.PersistenceApi.FindRefreshToken;
import io.fastroom.persistence.PersistenceApi.RefreshOwner;
import io.fastroom.persistence.PersistenceApi.RefreshToken;
import io.fastroom.persistence.PersistenceApi.RegisterUser;
import io.fastroom.persistence.PersistenceApi.RotateRefreshToken;
import io.fastroom.persistence.PersistenceApi.Rotated;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registration, login, rotation and logout. Any thread. */
final class AuthOperations implements Operation.Group {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.auth");
  /** Beyond it a password was never set, and hashing it would cost by its length. */
  private static final int MAX_PASSWORD = 128;

  private final Bus bus;
  private final Tokens tokens;
  private final Passwords passwords;
  private final Bearer bearer;
  private final RateLimits limits;
  private final ClientAddress addresses;

  AuthOperations(Bus bus, Tokens tokens, Passwords passwords, Bearer bearer, RateLimits limits,
                 ClientAddress addresses) {
    this.bus = bus;
    this.tokens = tokens;
    this.passwords = passwords;
    this.bearer = bearer;
    this.limits = limits;
    this.addresses = addresses;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("registerUser", this::register, "createToken", this::logIn, "refreshToken", this::refresh,
        "logout", this::logOut);
  }

  private Future<Reply> register(Call call) {
    JsonObject body = call.body();
    String username = TextRules.username(body.getString("username"));
    String email = TextRules.email(body.getString("email"));
    return limit(call, "address:" + addresses.of(call.request()))
        .compose(go -> passwords.hash(body.getString("password")))
        .compose(hash -> bus.ask(PersistenceApi.REGISTER_USER,
            new RegisterUser(username, email, body.getString("full_name"), hash)))
        .onSuccess(user -> LOG.info("registered user={} request={}", user.id(), call.requestId()))
        .map(user -> Reply.created(Json.user(user)));
  }

  private Future<Reply> logIn(Call call) {
    Optional<String> username = Usernames.normalise(call.body().getString("username"));
    return limit(call, "address:" + addresses.of(call.request()))
        .compose(go -> username.map(name -> limit(call, "account:" + name)).orElse(go()))
        .compose(go -> credentials(username))
        .compose(found -> check(call, found))
        .onSuccess(user -> limits.giveBack("account:" + user.username()))
        .compose(user -> store(user, UUID.randomUUID().toString()))
        .map(this::reply);
  }

  private Future<PersistenceApi.Credentials> credentials(Optional<String> username) {
    return username.map(name -> bus.ask(PersistenceApi.FIND_CREDENTIALS, new FindCredentials(name)))
        .orElse(Future.succeededFuture(new PersistenceApi.Credentials(null, null)));
  }

  /** Takes one and the same time whatever is wrong: each way out has hashed once. */
  private Future<User> check(Call call, PersistenceApi.Credentials found) {
    String given = call.body().getString("password");
    boolean possible = given.codePointCount(0, given.length()) <= MAX_PASSWORD;
    return passwords.matches(possible ? given : "", possible ? found.passwordHash() : null).compose(matches -> {
      if (!matches || found.user().disabled()) {
        LOG.info("login refused user={} request={}", found.user() == null ? "unknown" : found.user().id(),
            call.requestId());
        return unauthorized("Wrong username or password");
      }
      LOG.info("logged in user={} request={}", found.user().id(), call.requestId());
      return Future.succeededFuture(found.user());
    });
  }

  private Future<Tokens.Pair> store(User user, String family) {
    Tokens.Pair pair = tokens.sign(user);
    return bus.ask(PersistenceApi.STORE_REFRESH_TOKEN, stored(pair, user, family)).map(pair);
  }

  private static RefreshToken stored(Tokens.Pair pair, User user, String family) {
    return new RefreshToken(pair.refreshHash(), user.id(), family, pair.refreshExpiresAt(), pair.accessJti(),
        pair.accessExpiresAt());
  }

  private Reply reply(Tokens.Pair pair) {
    return Reply.ok(Json.tokens(pair, tokens.accessSeconds()));
  }

  private Future<Reply> refresh(Call call) {
    String token = call.body().getString("refresh_token");
    byte[] hash = Tokens.hash(token);
    return tokens.verifyRefresh(token)
        .compose(principal -> bus.ask(PersistenceApi.FIND_REFRESH_TOKEN, new FindRefreshToken(hash)))
        .compose(owner -> rotate(call, hash, owner));
  }

  private Future<Reply> rotate(Call call, byte[] oldHash, RefreshOwner owner) {
    if (owner.user() == null) {
      return unauthorized("The refresh token is dead");
    }
    Tokens.Pair pair = tokens.sign(owner.user());
    return bus.ask(PersistenceApi.ROTATE_REFRESH_TOKEN,
            new RotateRefreshToken(oldHash, stored(pair, owner.user(), owner.family())))
        .compose(rotated -> rotated(call, rotated, owner.user(), pair));
  }

  private Future<Reply> rotated(Call call, Rotated rotated, User user, Tokens.Pair pair) {
    LOG.info("refresh {} user={} request={}", rotated.outcome(), user.id(), call.requestId());
    return switch (rotated.outcome()) {
      case ROTATED -> Future.succeededFuture(reply(pair));
      case REUSED -> revoke(rotated.revoked())
          .compose(told -> unauthorized("The refresh token was used before; every token of its login is revoked"));
      case DEAD, USER_DISABLED -> unauthorized("The refresh token is dead");
    };
  }

  private Future<Reply> logOut(Call call) {
    byte[] hash = Tokens.hash(call.body().getString("refresh_token"));
    return bus.ask(PersistenceApi.REVOKE_REFRESH_TOKEN, new PersistenceApi.RevokeRefreshToken(hash))
        .compose(revoked -> bearer.authenticate(call.request()).otherwiseEmpty())
        .compose(principal -> principal == null ? go() : block(call, principal))
        .map(Reply.NO_CONTENT);
  }

  private Future<Void> block(Call call, Principal principal) {
    LOG.info("logged out user={} request={}", principal.userId(), call.requestId());
    BlockedToken token = new BlockedToken(principal.jti(), principal.expiresAt());
    return bus.ask(PersistenceApi.BLOCK_TOKEN, token).compose(blocked -> revoke(List.of(token)));
  }

  /** Here at once and on the other nodes through Redis; what Redis loses they read from PostgreSQL within a second. */
  private Future<Void> revoke(List<BlockedToken> blocked) {
    if (blocked.isEmpty()) {
      return go();
    }
    bus.announce(AuthApi.REVOKED, new AuthApi.Revoked(blocked, List.of()));
    return bus.ask(BridgeApi.REVOKE, new BridgeApi.Revoke(blocked)).otherwiseEmpty();
  }

  private Future<Void> limit(Call call, String key) {
    return limits.retryAfterMillis(key).compose(millis -> {
      if (millis == 0) {
        return go();
      }
      LOG.warn("limited {} request={}", key.substring(0, key.indexOf(':')), call.requestId());
      return Future.failedFuture(new Refused(Problem.RATE_LIMITED, "Too many tries, wait a moment", millis));
    });
  }

  private static Future<Void> go() {
    return Future.succeededFuture();
  }

  private static <T> Future<T> unauthorized(String detail) {
    return Future.failedFuture(new Refused(Problem.UNAUTHORIZED, detail));
  }
}
