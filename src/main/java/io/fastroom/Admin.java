package io.fastroom;

import io.fastroom.auth.PasswordRules;
import io.fastroom.auth.Passwords;
import io.fastroom.auth.Usernames;
import io.fastroom.embedded.EmbeddedServers;
import io.fastroom.embedded.StartFailure;
import io.fastroom.model.Role;
import io.fastroom.persistence.AdminTool;
import io.fastroom.settings.BadSetting;
import io.fastroom.settings.Environment;
import io.fastroom.settings.Settings;
import io.fastroom.settings.SettingsReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code admin grant | revoke | list | reset-password}, on the database that the node would use, with no other setting
 * needed, or on the embedded database of a running node. Exits with 2 when it is used wrongly.
 */
public final class Admin {
  private static final String USAGE =
      "usage: admin grant USERNAME | revoke USERNAME | list | reset-password USERNAME [--stdin]";
  /** Without characters that are easily mistaken for others. */
  private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";
  private static final int LENGTH = 20;

  private Admin() { }

  public static void main(String[] args) {
    if (!isRight(args)) {
      System.err.println(USAGE);
      System.exit(2);
    }
    int code = 0;
    EmbeddedServers servers = null;
    Vertx vertx = null;
    try {
      SettingsReader.Migration given = SettingsReader.migration(Environment.read(), Path.of(""));
      Logs.set(given.logs());
      String url = given.databaseUrl();
      if (url == null) {
        Settings settings = SettingsReader.read(Environment.read(), Path.of(""));
        url = EmbeddedServers.runningDatabase(settings);
        servers = url == null ? EmbeddedServers.start(settings) : null;
        url = url == null ? servers.settings().database().url() : url;
      }
      vertx = Vertx.vertx();
      System.out.println(run(vertx, new AdminTool(vertx, url), args).await());
    } catch (BadSetting | StartFailure e) {
      System.err.println("FastRoom: " + e.getMessage());
      code = 1;
    } catch (IllegalArgumentException e) {
      System.err.println("admin: " + e.getMessage());
      code = 1;
    } catch (Exception e) {
      System.err.println("admin: " + Causes.line(e));
      code = 1;
    }
    if (vertx != null) {
      vertx.close().await();
    }
    if (servers != null) {
      servers.close();
    }
    System.exit(code);
  }

  private static boolean isRight(String[] args) {
    return switch (args.length) {
      case 1 -> args[0].equals("list");
      case 2 -> Set.of("grant", "revoke", "reset-password").contains(args[0]) && !args[1].isBlank();
      case 3 -> args[0].equals("reset-password") && !args[1].isBlank() && args[2].equals("--stdin");
      default -> false;
    };
  }

  private static Future<String> run(Vertx vertx, AdminTool tool, String[] args) throws IOException {
    String username = args.length < 2 ? null : Usernames.normalise(args[1]).orElse(args[1]);
    return switch (args[0]) {
      case "list" -> tool.list().map(names -> String.join("\n", names));
      case "grant" -> tool.setRole(username, Role.ADMIN).map(username + " is an administrator");
      case "revoke" -> tool.setRole(username, Role.USER).map(username + " is no administrator");
      default -> resetPassword(vertx, tool, username, args.length > 2);
    };
  }

  private static Future<String> resetPassword(Vertx vertx, AdminTool tool, String username, boolean given)
      throws IOException {
    String password = given ? PasswordRules.normalised(read()) : random();
    String flaw = PasswordRules.load().flaw(password, username);
    if (flaw != null) {
      throw new IllegalArgumentException("the password " + flaw);
    }
    return new Passwords(vertx).hash(password).compose(hash -> tool.resetPassword(username, hash))
        .map(ended -> given ? "the password of " + username + " is the new one" : password);
  }

  private static String read() throws IOException {
    try {
      // With a decoder of its own, which replaces nothing.
      String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder())).readLine();
      return line == null ? "" : line;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the password must be in UTF-8", e);
    }
  }

  private static String random() {
    return new SecureRandom().ints(LENGTH, 0, ALPHABET.length()).mapToObj(i -> "" + ALPHABET.charAt(i))
        .collect(Collectors.joining());
  }
}
