package io.fastroom;

import io.fastroom.embedded.EmbeddedServers;
import io.fastroom.embedded.StartFailure;
import io.fastroom.persistence.Migrations;
import io.fastroom.settings.BadSetting;
import io.fastroom.settings.Environment;
import io.fastroom.settings.Settings;
import io.fastroom.settings.SettingsReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code migrate up | status | rollback N}, on the database that the node would use, with no other setting needed.
 * {@code --wait} sets how many seconds to wait for PostgreSQL, instead of six.
 */
public final class Migrate {
  private static final String USAGE = "usage: migrate [--wait SECONDS] up | status | rollback N";
  private static final Pattern ARGUMENTS = Pattern.compile(
      "(?:--wait[ =](?<before>\\d{1,6}) )?(?<command>up|status|rollback (?<count>[1-9]\\d{0,5}))"
      + "(?: --wait[ =](?<after>\\d{1,6}))?");
  private static final long WAIT_SECONDS = 6;

  private Migrate() { }

  /** Exits with 0, with 1 when it failed, with 2 when it was used wrongly. */
  public static void main(String[] args) {
    Matcher arguments = ARGUMENTS.matcher(String.join(" ", args));
    if (!arguments.matches() || arguments.group("before") != null && arguments.group("after") != null) {
      System.err.println(USAGE);
      System.exit(2);
    }
    int code = 0;
    Vertx vertx = null;
    EmbeddedServers servers = null;
    try {
      SettingsReader.Migration settings = SettingsReader.migration(Environment.read(), Path.of(""));
      Logs.set(settings.logs());
      String url = settings.databaseUrl();
      if (url == null) {
        Settings all = SettingsReader.read(Environment.read(), Path.of(""));
        servers = EmbeddedServers.start(all);
        url = servers.settings().database().url();
      }
      vertx = Vertx.vertx();
      System.out.println(run(new Migrations(vertx, url, 1000 * wait(arguments)), arguments).await());
    } catch (BadSetting | StartFailure e) {
      System.err.println("FastRoom: " + e.getMessage());
      code = 1;
    } catch (Exception e) {
      System.err.println("FastRoom: cannot migrate: " + Causes.line(e));
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

  private static long wait(Matcher arguments) {
    String given = arguments.group("before") == null ? arguments.group("after") : arguments.group("before");
    return given == null ? WAIT_SECONDS : Long.parseLong(given);
  }

  private static Future<String> run(Migrations migrations, Matcher arguments) {
    return switch (arguments.group("command").split(" ")[0]) {
      case "up" -> migrations.up().map(count -> count + " change sets applied");
      case "rollback" -> migrations.rollback(Integer.parseInt(arguments.group("count")))
          .map(count -> count + " change sets taken back");
      default -> migrations.status().map(changes -> {
        StringBuilder lines = new StringBuilder();
        changes.forEach(change -> lines.append(change.applied() ? "applied  " : "missing  ").append(change.id())
            .append('\n'));
        return lines.toString().stripTrailing();
      });
    };
  }
}
