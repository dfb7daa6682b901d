package io.fastroom.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Everything that can be set, immutable. Names, defaults and limits stand in {@code Setting}; {@code SettingsReader} is
 * the only place that reads them.
 *
 * @param webhookTargets private addresses to which webhooks may lead all the same
 */
public record Settings(Node node, Http http, Management management, Database database, Redis redis, Tokens tokens,
                       Identity identity, WebSocket webSocket, Memory memory, Retention retention, Verticles verticles,
                       Logs logs, Mail mail, List<AllowedTarget> webhookTargets) {

  /** The same with the servers that were started for it; it stays embedded. */
  public Settings on(String databaseUrl, String redisUrl) {
    return new Settings(node, http, management, new Database(databaseUrl, database.replicaUrl(), database.poolSize()),
        new Redis(redisUrl, redis.namespace(), redis.authority()), tokens, identity, webSocket, memory,
        retention, verticles, logs, mail, webhookTargets);
  }

  /**
   * The process.
   *
   * @param serverId what others know it by
   * @param embedded whether everything is embedded: localhost may then speak to us from any of its ports
   * @param dataDirectory where embedded servers keep their data
   * @param drain how long a stopping node spreads the goodbye to its sockets
   * @param drainNotice how long before that it says that it is not ready
   */
  public record Node(String serverId, boolean embedded, Path dataDirectory, Duration drain, Duration drainNotice) { }

  /**
   * The public address.
   *
   * @param publicUrl where people find it, null when that is not known
   * @param corsOrigins allowed besides the same one
   * @param trustedProxies whose X-Forwarded-For is believed
   * @param idle how long a connection may wait for its next request; zero is for ever
   * @param authRatePerMinute failed logins and registrations per address, failed logins per account and address; 0 is
   *     no limit
   * @param tls null for plain HTTP
   * @param connectionsPerAddress 0 is no limit
   * @param writeRate writing calls per user and second over all nodes; 0 is no limit
   * @param concurrency calls of one user under way at once on a node; 0 is no limit
   */
  public record Http(String host, int port, String publicUrl, List<OriginPattern> corsOrigins,
                     List<AddressRange> trustedProxies, Duration idle, int authRatePerMinute, Tls tls,
                     int connectionsPerAddress, int writeRate, int concurrency, Registration registration) { }

  /**
   * How letters are sent; null in {@link Settings} where none are.
   *
   * @param from as it stands in the letters
   * @param site where their links lead to, without a slash at the end
   */
  public record Mail(SmtpUrl server, String from, String site) { }

  /** Who may make an account. */
  public enum Registration { OPEN, INVITE, CLOSED }

  /**
   * @param certificate path of a PEM chain
   * @param key path of its PEM key
   */
  public record Tls(String certificate, String key) { }

  /** The address of health, metrics and verticle instances. */
  public record Management(String host, int port) { }

  /**
   * @param url null starts the embedded server
   * @param replicaUrl null reads everything from {@code url}
   * @param poolSize connections of this node
   */
  public record Database(String url, String replicaUrl, int poolSize) { }

  /**
   * @param url null starts the embedded server
   * @param namespace begins the name of every key and channel, empty for none
   * @param authority path of a PEM file, null for the authorities of the JVM
   */
  public record Redis(String url, String namespace, String authority) {
    public Redis(String url) {
      this(url, "", null);
    }

    public RedisUrl servers() {
      return RedisUrl.parse(url).trusting(authority);
    }

    /** What goes before every key and channel. Channels know no database numbers, so one that is not 0 is in it. */
    public String prefix() {
      int database = servers().database();
      return (namespace.isEmpty() ? "" : namespace + ":") + (database == 0 ? "" : database + ":");
    }
  }

  /** @param previousSecrets still verify, never sign */
  public record Tokens(String secret, List<String> previousSecrets, Duration access, Duration refresh) { }

  /**
   * Who says who somebody is.
   *
   * @param provider null for nobody but FastRoom itself
   * @param localAccounts whether there are registration, passwords and logins by them
   */
  public record Identity(Provider provider, boolean localAccounts) { }

  /**
   * An OpenID provider whose access tokens are taken.
   *
   * @param issuer exactly as its tokens name it
   * @param audiences of which a token must be for one
   * @param keysUrl null asks the issuer's discovery document
   * @param usernameClaim which claim names a new account
   */
  public record Provider(String issuer, List<String> audiences, String keysUrl, String usernameClaim) { }

  /**
   * @param heartbeatTtl life of a presence key
   * @param chatRate chats per socket and second, 0 is no limit
   * @param messageRate any messages per socket and second, 0 is no limit
   * @param maxRooms rooms per socket, 0 is no limit
   * @param maxSocketsPerUser on this node, 0 is no limit
   * @param origins allowed besides the same one
   * @param queryToken whether a token may come in the query string
   */
  public record WebSocket(Duration heartbeatInterval, Duration heartbeatTtl, int chatRate, int messageRate,
                          int maxRooms, int maxSocketsPerUser, List<OriginPattern> origins, boolean queryToken) { }

  /**
   * Budgets of the node, in MiB; 0 is a part of what the process has.
   *
   * @param socketBufferMb what may be queued for all sockets, by default a quarter of the direct memory
   * @param roomMemoryMb what may be kept of live rooms, by default an eighth of the heap
   */
  public record Memory(int socketBufferMb, int roomMemoryMb) { }

  /**
   * @param messageDays after which messages are deleted; 0 keeps them for ever
   * @param auditDays after which entries of the audit trail are; 0 keeps them for ever
   */
  public record Retention(int messageDays, int auditDays) {
    /** Messages from before are no longer kept. */
    public Instant oldest(Instant now) {
      return messageDays == 0 ? Instant.EPOCH : now.minus(Duration.ofDays(messageDays));
    }
  }

  /** Instances deployed at start. */
  public record Verticles(int edge, int persistence, int presence) { }

  /**
   * @param json one JSON object a line instead of text
   * @param traces where traces are sent to, null for nowhere
   */
  public record Logs(String level, boolean json, String traces) { }
}
