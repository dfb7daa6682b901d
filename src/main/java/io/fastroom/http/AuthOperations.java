package io.fastroom.http;

import io.fastroom.auth.AuthMetrics;
import io.fastroom.auth.PasswordRules;
import io.fastroom.auth.Passwords;
import io.fastroom.auth.Principal;
import io.fastroom.auth.Tokens;
import io.fastroom.auth.Usernames;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.http.LoginGate.Entry;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.AccountApi.NoteLogin;
import io.fastroom.persistence.AccountApi.RegisterInvited;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.EndLogin;
import io.fastroom.persistence.PersistenceApi.FindRefreshToken;
import io.fastroom.persistence.PersistenceApi.RefreshOwner;
import io.fastroom.persistence.PersistenceApi.RefreshToken;
import io.fastroom.persistence.PersistenceApi.RegisterUser;
import io.fastroom.persistence.PersistenceApi.RehashPassword;
import io.fastroom.persistence.PersistenceApi.RotateRefreshToken;
import io.fastroom.persistence.PersistenceApi.Rotated;
import io.fastroom.persistence.PersistenceApi.Rotation;
import io.fastroom.persistence.PersistenceApi.StartLogin;
import io.fastroom.settings.Settings.Registration;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registration, login, rotation and logout. Any thread. */
final class AuthOperations implements Operation.Group {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.auth");
  private static final String WRONG = "Wrong username or password";

  private final Bus bus;
  private final Tokens tokens;
  private final Passwords passwords;
  private final PasswordRules rules;
  private final Bearer bearer;
  private final LoginGate gate;
  private final Registration registration;
  private final RefusedLogins refused;
  private final RestLimits limits;
  private final AuthMetrics metrics;
  private final ClientAddress addresses;
  private final MailGate mail;
  private final Revoker revoker;

  AuthOperations(Bus bus, Tokens tokens, Passwords passwords, PasswordRules rules, Bearer bearer, LoginGate gate,
                 Registration registration, RefusedLogins refused, RestLimits limits, AuthMetrics metrics,
                 ClientAddress addresses, MailGate mail) {
    this.bus = bus;
    this.tokens = tokens;
    this.passwords = passwords;
    this.rules = rules;
    this.bearer = bearer;
    this.gate = gate;
    this.registration = registration;
    this.refused = refused;
    this.limits = limits;
    this.metrics = metrics;
    this.addresses = addresses;
    this.mail = mail;
    this.revoker = new Revoker(bus);
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("registerUser", this::register, "createToken", this::logIn, "refreshToken", this::refresh,
        "logout", this::logOut);
  }

  /** What is in a URL ends up in logs and histories. */
  private static void checkQuery(Call call) {
    if (call.request().getParam("password") != null) {
      throw InvalidInput.parameter("password", "must not be in the URL, but in the body");
    }
  }

  private void checkOpen(String invite) {
    if (registration == Registration.CLOSED) {
      throw new Refused(Problem.REGISTRATION_CLOSED);
    }
    if (registration == Registration.INVITE && (invite == null || invite.isEmpty())) {
      throw new Refused(Problem.INVITE_REQUIRED);
    }
  }

  private Future<Reply> register(Call call) {
    checkQuery(call);
    JsonObject body = call.body();
    checkOpen(body.getString("invite"));
    String username = TextRules.newUsername(body.getString("username"));
    String email = TextRules.email(body.getString("email"));
    String password = PasswordRules.normalised(body.getString("password"));
    String flaw = rules.flaw(password, username);
    if (flaw != null) {
      throw InvalidInput.body("/password", flaw);
    }
    return gate.register(call, username).compose(attempt -> passwords.hash(password)
            .map(hash -> new RegisterUser(username, email, body.getString("full_name"), hash))
            .compose(user -> registration == Registration.OPEN ? bus.ask(PersistenceApi.REGISTER_USER, user)
                : bus.ask(AccountApi.REGISTER_INVITED, new RegisterInvited(user, body.getString("invite"))))
            .onComplete(done -> attempt.count()))
        .onSuccess(user -> LOG.info("registered account={} user={} address={} request={}", username, user.id(),
            addresses.of(call.request()), call.requestId()))
        .compose(user -> mail.afterwards(call, user.id(), email).map(Reply.created(Json.user(user))));
  }

  private Future<Reply> logIn(Call call) {
    checkQuery(call);
    Optional<String> account = Usernames.normalise(call.body().getString("username"));
    // A password that is changed while it is looked at is looked at again: it may be the same, hashed anew.
    return logIn(call, account).recover(failure -> isAnother(failure) ? logIn(call, account) : Future.failedFuture(failure))
        .recover(failure -> isAnother(failure) ? unauthorized(WRONG) : Future.failedFuture(failure))
        .map(pair -> Reply.ok(Json.tokens(pair)));
  }

  private static boolean isAnother(Throwable failure) {
    return Refused.of(failure).problem() == Problem.WRONG_PASSWORD;
  }

  private Future<Tokens.Pair> logIn(Call call, Optional<String> account) {
    return gate.logIn(call, account).compose(entry -> check(call, account, entry)
        .compose(hash -> start(call, entry.credentials().user(), hash, entry.address())));
  }

  /** Answers the hash that the password has. */
  private Future<String> check(Call call, Optional<String> account, Entry entry) {
    User user = entry.credentials().user();
    return passwords.matching(call.body().getString("password"), entry.credentials().passwordHash())
        .onFailure(busy -> {
          entry.attempt().giveBack();
          metrics.login("failed");
        })
        .compose(form -> {
          boolean admitted = form.isPresent() && !user.disabled();
          String outcome = admitted ? "succeeded" : form.isPresent() ? "disabled" : "wrong";
          metrics.login(outcome);
          LOG.info("login {} account={} address={} request={}", outcome, account.orElse("none"),
              addresses.of(call.request()), call.requestId());
          if (!admitted) {
            gate.failed(entry, account);
            // Of somebody unknown nothing is kept: what is typed into the wrong field is a password now and then.
            if (user != null) {
              refused.keep(call, user, outcome);
            }
            return unauthorized(WRONG);
          }
          entry.attempt().giveBack();
          return rehashed(user, entry.credentials().passwordHash(), form.get());
        });
  }

  /** A password that version 0.1 hashed as it was typed is good in its other forms from now on. */
  private Future<String> rehashed(User user, String hash, String form) {
    String normalised = PasswordRules.normalised(form);
    return normalised.equals(form) ? Future.succeededFuture(hash)
        : passwords.hash(normalised)
            .compose(fresh -> bus.ask(PersistenceApi.REHASH_PASSWORD, new RehashPassword(user.id(), hash, fresh)).map(fresh))
            .otherwise(hash);
  }

  private Future<Tokens.Pair> start(Call call, User user, String hash, byte[] address) {
    Tokens.Pair pair = tokens.sign(user);
    RefreshToken token = stored(pair, user, UUID.randomUUID().toString());
    return bus.ask(PersistenceApi.START_LOGIN, new StartLogin(token, hash, address))
        .compose(started -> bus.ask(AccountApi.NOTE_LOGIN, new NoteLogin(user.id(), token.family(),
            addresses.of(call.request()), UserAgent.of(call.request()))))
        .compose(revoker::end)
        .map(pair);
  }

  private static RefreshToken stored(Tokens.Pair pair, User user, String family) {
    return new RefreshToken(pair.refreshHash(), user.id(), family, pair.refreshExpiresAt(), pair.accessJti(),
        pair.accessExpiresAt());
  }

  private Future<Reply> refresh(Call call) {
    long presented = System.nanoTime();
    String token = call.body().getString("refresh_token");
    byte[] hash = Tokens.hash(token);
    return tokens.verifyRefresh(token)
        .compose(principal -> bus.ask(PersistenceApi.FIND_REFRESH_TOKEN, new FindRefreshToken(hash)))
        .compose(owner -> rotate(call, hash, owner, presented));
  }

  private Future<Reply> rotate(Call call, byte[] oldHash, RefreshOwner owner, long presented) {
    if (owner.user() == null || !Instant.now().isBefore(owner.since().plus(Tokens.LOGIN_LIFE))) {
      metrics.refresh("dead");
      return unauthorized("The refresh token is dead");
    }
    User user = owner.user();
    Tokens.Pair pair = tokens.rotate(user, owner.since());
    return limits.refresh(call, owner.family(), user.username())
        .compose(go -> bus.ask(PersistenceApi.ROTATE_REFRESH_TOKEN, new RotateRefreshToken(oldHash,
            stored(pair, user, owner.family()), (System.nanoTime() - presented) / 1_000_000)))
        .compose(rotated -> rotated(call, rotated, user, pair));
  }

  private Future<Reply> rotated(Call call, Rotated rotated, User user, Tokens.Pair pair) {
    String outcome = rotated.outcome().name().toLowerCase(Locale.ROOT);
    metrics.refresh(outcome);
    if (rotated.outcome() == Rotation.REUSED) {
      LOG.warn("refresh reused, the login is ended account={} address={} request={}", user.username(),
          addresses.of(call.request()), call.requestId());
    } else {
      LOG.info("refresh {} account={} address={} request={}", outcome, user.username(), addresses.of(call.request()),
          call.requestId());
    }
    return switch (rotated.outcome()) {
      case ROTATED -> Future.succeededFuture(Reply.ok(Json.tokens(pair)));
      case REUSED -> revoker.end(rotated.revoked())
          .compose(told -> unauthorized("The refresh token was used before; every token of its login is revoked"));
      case DEAD, USER_DISABLED -> unauthorized("The refresh token is dead");
    };
  }

  /** Ends the login of either token; who has only one of them can end it with that. */
  private Future<Reply> logOut(Call call) {
    byte[] hash = Tokens.hash(call.body().getString("refresh_token"));
    return bearer.authenticate(call.request(), false).otherwiseEmpty()
        .compose(principal -> bus.ask(PersistenceApi.END_LOGIN, new EndLogin(hash, blocked(principal))))
        .onSuccess(dead -> LOG.info("logged out tokens={} address={} request={}", dead.size(),
            addresses.of(call.request()), call.requestId()))
        .compose(revoker::end)
        .map(Reply.NO_CONTENT);
  }

  private static BlockedToken blocked(Principal principal) {
    // A key is no login: it ends when it is deleted.
    return principal == null || principal.isKey() ? null : new BlockedToken(principal.jti(), principal.expiresAt());
  }

  private static <T> Future<T> unauthorized(String detail) {
    return Future.failedFuture(new Refused(Problem.UNAUTHORIZED, detail));
  }
}
