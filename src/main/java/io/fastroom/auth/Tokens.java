package io.fastroom.auth;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.fastroom.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Signs and verifies access and refresh tokens: HS256 over the bytes of FASTROOM_SECRET.
 *
 * <p>Thread: any. Limits: a token of more than 4096 characters is refused unread.
 */
public final class Tokens {
  /**
   * A pair given out at login or rotation.
   *
   * @param accessSeconds how long the access token lives, as clients are told
   * @param refreshHash the SHA-256 that is stored
   */
  public record Pair(String access, String accessJti, Instant accessExpiresAt, long accessSeconds, String refresh,
                     byte[] refreshHash, Instant refreshExpiresAt) { }

  /** A login ends for good so long after it began, however often its tokens are exchanged. */
  public static final Duration LOGIN_LIFE = Duration.ofDays(90);

  private record Signed(String token, String jti, Instant expiresAt) { }

  private static final String ALGORITHM = "HS256";
  private static final String ACCESS = "access";
  private static final String REFRESH = "refresh";
  private static final int VERSION = 1;
  static final int MAX_LENGTH = 4096;
  private static final Pattern COMPACT = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]+");

  private final JWTAuth signer;
  /** The signer first, then one for each previous secret. */
  private final List<JWTAuth> verifiers = new ArrayList<>();
  private final Duration accessLife;
  private final Duration refreshLife;

  public Tokens(Vertx vertx, Settings.Tokens settings) {
    signer = auth(vertx, settings.secret());
    verifiers.add(signer);
    settings.previousSecrets().forEach(secret -> verifiers.add(auth(vertx, secret)));
    accessLife = settings.access();
    refreshLife = settings.refresh();
  }

  private static JWTAuth auth(Vertx vertx, String secret) {
    PubSecKeyOptions key = new PubSecKeyOptions().setAlgorithm(ALGORITHM).setBuffer(secret);
    // The times are judged here: the library also refuses an iat ahead of its clock, that is, what a node whose clock
    // runs a second ahead of this one has just signed.
    return JWTAuth.create(vertx, new JWTAuthOptions().addPubSecKey(key)
        .setJWTOptions(new JWTOptions().setAlgorithm(ALGORITHM).setIgnoreExpiration(true)));
  }

  /** The first pair of a login. */
  public Pair sign(User user) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return sign(user, now, now.plus(LOGIN_LIFE), UUID.randomUUID().toString());
  }

  /** A pair for another one. @param loggedIn when the login began */
  public Pair rotate(User user, Instant loggedIn) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return sign(user, now, loggedIn.plus(LOGIN_LIFE), FreshTokens.jti(now));
  }

  private Pair sign(User user, Instant now, Instant end, String accessJti) {
    Signed access = sign(user, ACCESS, now, earlier(now.plus(accessLife), end), accessJti);
    Signed refresh = sign(user, REFRESH, now, earlier(now.plus(refreshLife), end), UUID.randomUUID().toString());
    return new Pair(access.token, access.jti, access.expiresAt, Duration.between(now, access.expiresAt).toSeconds(),
        refresh.token, hash(refresh.token), refresh.expiresAt);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other.truncatedTo(ChronoUnit.SECONDS);
  }

  private Signed sign(User user, String type, Instant now, Instant expiresAt, String jti) {
    JsonObject claims = new JsonObject().put("sub", user.username()).put("uid", user.id())
        .put("iat", now.getEpochSecond()).put("exp", expiresAt.getEpochSecond())
        .put("jti", jti).put("typ", type).put("v", VERSION);
    return new Signed(signer.generateToken(claims), jti, expiresAt);
  }

  /**
   * Fails with Refused(UNAUTHORIZED) for any token that is not a live access token of ours; does not look at
   * {@link Revocations}.
   */
  public Future<Principal> verifyAccess(String token) {
    return verify(token, ACCESS);
  }

  /**
   * Fails with Refused(UNAUTHORIZED) for any token that is not a live refresh token of ours; whether it was used is not
   * known here.
   */
  public Future<Principal> verifyRefresh(String token) {
    return verify(token, REFRESH);
  }

  private Future<Principal> verify(String token, String type) {
    if (token == null || token.length() > MAX_LENGTH || !COMPACT.matcher(token).matches()) {
      return refused("The token is malformed");
    }
    return decode(new TokenCredentials(token), 0).compose(claims -> principal(claims, type));
  }

  private Future<JsonObject> decode(TokenCredentials token, int verifier) {
    // By way of compose, which also takes what the library throws at claims of a wrong type.
    return Future.succeededFuture(token).compose(verifiers.get(verifier)::authenticate)
        .map(user -> user.attributes().getJsonObject("accessToken"))
        .recover(failure -> verifier + 1 < verifiers.size()
            ? decode(token, verifier + 1) : refused("The token is not one of ours"));
  }

  private static Future<Principal> principal(JsonObject claims, String type) {
    boolean ours = claims.getValue("sub") instanceof String sub && !sub.isEmpty()
        && claims.getValue("jti") instanceof String jti && !jti.isEmpty()
        && isInteger(claims.getValue("uid")) && isInteger(claims.getValue("iat")) && isInteger(claims.getValue("exp"))
        && type.equals(claims.getValue("typ")) && Integer.valueOf(VERSION).equals(claims.getValue("v"));
    if (!ours) {
      return refused("The token is not an " + type + " token");
    }
    Instant expiresAt = Instant.ofEpochSecond(Math.min(claims.getLong("exp"), Instant.MAX.getEpochSecond()));
    if (!Instant.now().isBefore(expiresAt)) {
      return refused("The token has expired");
    }
    return Future.succeededFuture(new Principal(claims.getLong("uid"), claims.getString("sub"),
        claims.getString("jti"), expiresAt));
  }

  private static boolean isInteger(Object value) {
    return value instanceof Integer number && number > 0 || value instanceof Long large && large > 0;
  }

  private static <T> Future<T> refused(String detail) {
    return Future.failedFuture(new Refused(Problem.UNAUTHORIZED, detail));
  }

  /** The SHA-256 by which a refresh token is known to PostgreSQL, and any that is used to its node. */
  public static byte[] hash(String refreshToken) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(refreshToken.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
