package io.fastroom.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A script of {@code /lua}, sent by its hash and in full only to a server that does not know it yet. Any thread. */
public final class LuaScript {
  private final String source;
  private final String hash;

  private LuaScript(String source) {
    this.source = source;
    this.hash = sha1(source);
  }

  /** @param files names in {@code /lua}, put one after the other */
  public static LuaScript load(String... files) {
    StringBuilder source = new StringBuilder();
    for (String file : files) {
      try (InputStream in = LuaScript.class.getResourceAsStream("/lua/" + file)) {
        source.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new LuaScript(source.toString());
  }

  /** @param keys one at least @param args strings and numbers */
  public Future<Response> run(RedisLink redis, List<String> keys, List<?> args) {
    String key = keys.get(0);
    return redis.send(request(Command.EVALSHA, hash, keys, args), key).recover(failure ->
        String.valueOf(failure.getMessage()).startsWith("NOSCRIPT")
            ? redis.send(request(Command.EVAL, source, keys, args), key) : Future.failedFuture(failure));
  }

  private static Request request(Command command, String script, List<String> keys, List<?> args) {
    Request request = Request.cmd(command).arg(script).arg(keys.size());
    keys.forEach(request::arg);
    args.forEach(arg -> request.arg(arg.toString()));
    return request;
  }

  private static String sha1(String source) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
