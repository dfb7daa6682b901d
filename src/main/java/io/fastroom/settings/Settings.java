package io.fastroom.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Everything that can be set, immutable. Names, defaults and limits stand in {@code Setting}; {@code SettingsReader} is
 * the only place that reads them.
 *
 * @param drain how long a stopping node spreads the goodbye to its sockets
 * @param embedded whether everything is embedded: localhost may then speak to us from any of its ports
 * @param dataDirectory where embedded servers keep their data
 */
public record Settings(Http http, Management management, Database database, Redis redis, Tokens tokens,
                       WebSocket webSocket, Verticles verticles, Logs logs, String serverId, boolean debug,
                       boolean test, Duration drain, boolean embedded, Path dataDirectory) {

  public Settings(Http http, Management management, Database database, Redis redis, Tokens tokens, WebSocket webSocket,
                  Verticles verticles, Logs logs, String serverId, boolean debug, boolean test, Duration drain) {
    this(http, management, database, redis, tokens, webSocket, verticles, logs, serverId, debug, test, drain,
        database.url() == null && redis.url() == null, Path.of("data"));
  }

  /** The same with the servers that were started for it; it stays embedded. */
  public Settings on(String databaseUrl, String redisUrl) {
    return new Settings(http, management, new Database(databaseUrl, database.replicaUrl(), database.poolSize()),
        new Redis(redisUrl), tokens, webSocket, verticles, logs, serverId, debug, test, drain, embedded, dataDirectory);
  }

  /**
   * The public address.
   *
   * @param corsOrigins allowed origins besides the same one; {@code *} is any
   * @param trustedProxies addresses or CIDR ranges whose X-Forwarded-For is believed
   * @param authRatePerMinute logins and registrations per address, failed logins per account; 0 is no limit
   * @param tlsCertificate path of a PEM chain, null for plain HTTP
   */
  public record Http(String host, int port, List<String> corsOrigins, List<String> trustedProxies,
                     int authRatePerMinute, String tlsCertificate, String tlsKey, int connectionsPerAddress) { }

  /** The address of health, metrics and verticle instances. */
  public record Management(String host, int port) { }

  /**
   * @param url null starts the embedded server
   * @param replicaUrl null reads everything from {@code url}
   * @param poolSize connections of this node
   */
  public record Database(String url, String replicaUrl, int poolSize) { }

  /** @param url null starts the embedded server */
  public record Redis(String url) { }

  /** @param previousSecrets still verify, never sign */
  public record Tokens(String secret, List<String> previousSecrets, Duration access, Duration refresh) { }

  /**
   * @param heartbeatTtl life of a presence key
   * @param chatRate chats per socket and second, 0 is no limit
   * @param messageRate any messages per socket and second, 0 is no limit
   * @param maxRooms rooms per socket, 0 is no limit
   * @param maxSocketsPerUser on this node, 0 is no limit
   * @param origins allowed origins besides the same one; {@code *} is any
   */
  public record WebSocket(Duration heartbeatInterval, Duration heartbeatTtl, int chatRate, int messageRate,
                          int maxRooms, int maxSocketsPerUser, List<String> origins) { }

  /** Instances deployed at start. */
  public record Verticles(int edge, int persistence, int presence) { }

  /** @param json one JSON object a line instead of text */
  public record Logs(String level, boolean json) { }
}
