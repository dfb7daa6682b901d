package io.fastroom.mail;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Repeat;
import io.fastroom.model.Letter;
import io.fastroom.model.Letter.Addressee;
import io.fastroom.model.Letter.Kind;
import io.fastroom.persistence.MailApi;
import io.fastroom.persistence.MailApi.CountLetters;
import io.fastroom.persistence.MailApi.DoneWith;
import io.fastroom.persistence.MailApi.NoteLink;
import io.fastroom.persistence.MailApi.TakeLetters;
import io.fastroom.persistence.MailApi.TryAgain;
import io.fastroom.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends letters that are due, each by one node at a time. One that a server does not take is tried again, more and more
 * seldom, for a day; a node that dies over one leaves it to the others two minutes later, so one may come twice. Its link
 * is made when it is sent, and nothing that is kept leads back to it.
 *
 * <p>Thread: its context. Limits: {@value Smtp#AT_ONCE} letters at once.
 */
public final class MailVerticle extends VerticleBase {
  private static final long LOOK_MILLIS = 500;
  private static final long COUNT_MILLIS = 10_000;
  private static final int FIRST_RETRY_SECONDS = 2;
  private static final int LAST_RETRY_SECONDS = 900;
  private static final Duration PATIENCE = Duration.ofDays(1);
  private static final int TOKEN_BYTES = 18;
  private static final int RESET_SECONDS = 30 * 60;
  private static final int VERIFY_SECONDS = 24 * 3_600;
  private static final long FAREWELL_SECONDS = 5;
  private static final long CLOSE_SECONDS = 1;
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.mail");

  private final Bus bus;
  private final Settings.Mail settings;
  private final MailMetrics metrics;
  private final SecureRandom random = new SecureRandom();
  private final Set<Future<Void>> underWay = new HashSet<>();
  private Templates templates;
  private Smtp smtp;
  private boolean looking;
  private boolean stopping;

  public MailVerticle(Bus bus, Settings.Mail settings, MeterRegistry registry) {
    this.bus = bus;
    this.settings = settings;
    this.metrics = new MailMetrics(registry);
  }

  @Override
  public Future<?> start() {
    return vertx.executeBlocking(() -> Templates.load(Path.of("conf", "mail"))).onSuccess(loaded -> {
      templates = loaded;
      smtp = new Smtp(vertx, settings);
      vertx.setPeriodic(ThreadLocalRandom.current().nextLong(1, LOOK_MILLIS), LOOK_MILLIS, id -> look());
      vertx.setPeriodic(ThreadLocalRandom.current().nextLong(1, COUNT_MILLIS), COUNT_MILLIS,
          id -> bus.ask(MailApi.COUNT_LETTERS, new CountLetters()).onSuccess(metrics::waiting));
    });
  }

  /** Letters under way have a moment to arrive; the others are somebody else's soon. */
  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.join(underWay.stream().toList()).mapEmpty().timeout(FAREWELL_SECONDS, TimeUnit.SECONDS)
        .otherwiseEmpty()
        .compose(done -> smtp == null ? Future.succeededFuture() : smtp.close().timeout(CLOSE_SECONDS, TimeUnit.SECONDS))
        .otherwiseEmpty();
  }

  private void look() {
    int free = Smtp.AT_ONCE - underWay.size();
    if (looking || stopping || free == 0) {
      return;
    }
    looking = true;
    bus.ask(MailApi.TAKE_LETTERS, new TakeLetters(free)).onComplete(taken -> {
      looking = false;
      if (taken.succeeded()) {
        taken.result().forEach(this::begin);
      }
    });
  }

  private void begin(Letter letter) {
    Future<Void> sent = send(letter);
    underWay.add(sent);
    sent.onComplete(done -> {
      underWay.remove(sent);
      // One after the other without a pause, as long as there are any.
      context.runOnContext(turn -> look());
    });
  }

  /** Never fails: what PostgreSQL does not learn now, it is told after the next attempt. */
  private Future<Void> send(Letter letter) {
    if (letter.to().isEmpty()) {
      return done(letter, "nobody");
    }
    Iterator<Addressee> to = letter.to().iterator();
    return Repeat.whileTrue(() -> send(letter.kind(), to.next()).map(sent -> to.hasNext()))
        .transform(result -> result.succeeded() ? done(letter, "sent") : failed(letter, result.cause()));
  }

  private Future<Void> send(Kind kind, Addressee to) {
    if (!kind.hasLink()) {
      String page = kind == Kind.PASSWORD_CHANGED ? "/password" : "/";
      return smtp.send(to.email(), templates.fill(kind, values(to, page, "")));
    }
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    // Behind the #, which browsers send to no server, so that it stands in no log.
    String page = (kind == Kind.RESET ? "/password" : "/email") + "#token=" + token;
    String life = kind == Kind.RESET ? "30 minutes" : "24 hours";
    int seconds = kind == Kind.RESET ? RESET_SECONDS : VERIFY_SECONDS;
    return bus.ask(MailApi.NOTE_LINK, new NoteLink(hash(token), kind, to.userId(), to.email(), seconds))
        .compose(noted -> smtp.send(to.email(), templates.fill(kind, values(to, page, life))));
  }

  private Map<String, String> values(Addressee to, String page, String life) {
    return Map.of("username", to.username(), "link", settings.site() + page, "life", life, "site", settings.site());
  }

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private Future<Void> done(Letter letter, String outcome) {
    metrics.count(letter.kind(), outcome);
    letter.to().forEach(to -> LOG.info("letter {} kind={} account={}", outcome, letter.kind().text(), to.username()));
    return bus.ask(MailApi.DONE_WITH, new DoneWith(letter.id(), letter.version())).otherwiseEmpty();
  }

  private Future<Void> failed(Letter letter, Throwable failure) {
    boolean over = Smtp.isHopeless(failure) || letter.age().compareTo(PATIENCE) > 0;
    LOG.warn("letter {} kind={} account={} attempt={}: {}", over ? "given up" : "failed", letter.kind().text(),
        letter.to().get(0).username(), letter.attempts(), smtp.words(failure));
    if (over) {
      return done(letter, "given_up");
    }
    metrics.count(letter.kind(), "failed");
    int doubled = FIRST_RETRY_SECONDS << Math.min(letter.attempts() - 1, 10);
    int most = Math.min(LAST_RETRY_SECONDS, doubled);
    int seconds = most / 2 + ThreadLocalRandom.current().nextInt(most / 2 + 1);
    return bus.ask(MailApi.TRY_AGAIN, new TryAgain(letter.id(), seconds)).otherwiseEmpty();
  }
}
