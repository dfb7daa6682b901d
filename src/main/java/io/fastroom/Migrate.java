package io.fastroom;

import io.fastroom.embedded.EmbeddedServers;
import io.fastroom.embedded.StartFailure;
import io.fastroom.persistence.Migrations;
import io.fastroom.settings.BadSetting;
import io.fastroom.settings.Settings;
import io.fastroom.settings.SettingsReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/** {@code migrate up | status | rollback N}, on the database the node would use. */
public final class Migrate {
  private static final String USAGE = "usage: migrate up | status | rollback N";

  private Migrate() { }

  public static void main(String[] args) {
    String command = String.join(" ", args);
    if (!command.matches("up|status|rollback [1-9]\\d{0,5}")) {
      fail(USAGE);
    }
    int code = 0;
    Vertx vertx = null;
    EmbeddedServers servers = null;
    try {
      Settings settings = SettingsReader.read(System.getenv(), Path.of(""));
      Logs.set(settings.logs());
      if (settings.database().url() == null) {
        servers = EmbeddedServers.start(settings);
        settings = servers.settings();
      }
      vertx = Vertx.vertx();
      String said = run(new Migrations(vertx, settings.database().url()), args).await();
      System.out.println(said);
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

  private static Future<String> run(Migrations migrations, String[] args) {
    return switch (args[0]) {
      case "up" -> migrations.up().map(count -> count + " change sets applied");
      case "rollback" -> migrations.rollback(Integer.parseInt(args[1])).map(count -> count + " change sets taken back");
      default -> migrations.status().map(changes -> {
        StringBuilder lines = new StringBuilder();
        changes.forEach(change -> lines.append(change.applied() ? "applied  " : "missing  ").append(change.id())
            .append('\n'));
        return lines.toString().stripTrailing();
      });
    };
  }

  private static void fail(String why) {
    System.err.println(why);
    System.exit(1);
  }
}
