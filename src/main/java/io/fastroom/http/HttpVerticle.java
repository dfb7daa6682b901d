package io.fastroom.http;

import io.fastroom.auth.AccessTokens;
import io.fastroom.auth.AddressHashes;
import io.fastroom.auth.AuthMetrics;
import io.fastroom.auth.LoginLimits;
import io.fastroom.auth.PasswordRules;
import io.fastroom.auth.Passwords;
import io.fastroom.auth.Revocations;
import io.fastroom.bus.Bus;
import io.fastroom.net.ClientAddress;
import io.fastroom.net.OriginPolicy;
import io.fastroom.net.Targets;
import io.fastroom.net.TrustedProxies;
import io.fastroom.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.List;

/**
 * REST, the documentation and the web client: everything on the public port except {@code /ws}.
 *
 * <p>Thread: the context that it is deployed on, which is that of the edge whose requests it is given.
 */
public final class HttpVerticle extends VerticleBase implements Requests {
  /** Where webhooks lead that are being made: those that cannot be looked up are looked at when they are delivered. */
  private static final int NAMES_AT_ONCE = 16;

  private final Bus bus;
  private final Settings settings;
  private final AccessTokens tokens;
  private final Passwords passwords;
  private final Revocations revocations;
  private final RestLimits limits;
  private final MeterRegistry registry;
  private final EventStreams streams;

  private Router router;

  public HttpVerticle(Bus bus, Settings settings, AccessTokens tokens, Passwords passwords, Revocations revocations,
                      RestLimits limits, MeterRegistry registry, EventStreams streams) {
    this.bus = bus;
    this.settings = settings;
    this.tokens = tokens;
    this.passwords = passwords;
    this.revocations = revocations;
    this.limits = limits;
    this.registry = registry;
    this.streams = streams;
  }

  /** Begins to read the documents and the pages, so that they are there when the first of these verticles starts. */
  public static void prepare(Vertx vertx, Settings settings) {
    Site.of(vertx, settings.identity().localAccounts());
  }

  @Override
  public Future<?> start() {
    // The first time, building it takes tenths of a second, and the loop may have sockets to serve.
    return Site.of(vertx, settings.identity().localAccounts())
        .compose(site -> vertx.executeBlocking(() -> build(site))).onSuccess(built -> router = built);
  }

  private Router build(Site site) {
    Bearer bearer = new Bearer(tokens, revocations, settings.webSocket().queryToken());
    ClientAddress addresses = new ClientAddress(new TrustedProxies(settings.http().trustedProxies()));
    AuthMetrics metrics = new AuthMetrics(registry);
    PasswordRules rules = PasswordRules.load();
    RefusedLogins refused = new RefusedLogins(bus, addresses);
    LoginGate gate = new LoginGate(bus, new LoginLimits(vertx, limits.logins(), settings.http().authRatePerMinute()),
        new AddressHashes(settings.tokens().secret()), addresses, limits.refusals(), metrics);
    MailGate mail = new MailGate(bus, settings, limits, addresses);
    List<Operation.Group> groups = List.of(
        new AuthOperations(bus, tokens.ours(), passwords, rules, bearer, gate, settings.http().registration(), refused,
            limits, metrics, addresses, mail),
        new AccountOperations(bus, new PasswordCheck(gate, passwords), passwords, rules, addresses, mail),
        new MailOperations(bus, mail, passwords, rules, addresses),
        new AdminOperations(bus, passwords, rules, addresses, mail), new InviteOperations(bus, addresses),
        new AuditOperations(bus),
        new AdminRoomOperations(bus, addresses), new KeyOperations(bus, addresses), new ExportOperations(bus, limits),
        new UserOperations(bus),
        new RoomOperations(bus, addresses), new MemberOperations(bus, addresses, limits),
        new MessageOperations(bus, addresses),
        new EventOperations(bus, streams), new SearchOperations(bus),
        new WebhookOperations(bus, new Targets(vertx, settings.webhookTargets(), NAMES_AT_ONCE), addresses),
        new OpsOperations());
    return new RestRouter(vertx, site.contract(), site.assets(), new ProblemHandler(vertx))
        .build(groups, bearer, limits, new Cors(new OriginPolicy(settings.http().corsOrigins(), settings)),
            new RestMetrics(registry));
  }

  @Override
  public void handle(HttpServerRequest request) {
    router.handle(request);
  }
}
