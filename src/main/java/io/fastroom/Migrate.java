package io.fastroom;

import io.fastroom.persistence.Migrations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** {@code up | status | rollback N}: the schema of DATABASE_URL, without a node. */
public final class Migrate {
  private static final long PATIENCE_MINUTES = 60;

  private Migrate() { }

  public static void main(String[] args) {
    try {
      Settings settings = SettingsReader.read(System.getenv(), Path.of(""));
      Logs.set(settings.logs());
      if (settings.database().url() == null) {
        throw new IllegalArgumentException("DATABASE_URL is not set; the embedded server is migrated by scripts/run");
      }
      Vertx vertx = Vertx.vertx();
      run(new Migrations(vertx, settings.database().url()), args);
      await(vertx.close());
    } catch (Exception e) {
      System.err.println("migrate: " + Causes.line(e));
      System.exit(1);
    }
  }

  private static void run(Migrations migrations, String[] args) throws Exception {
    String what = String.join(" ", args);
    if (what.equals("up")) {
      await(migrations.up());
    } else if (what.matches("rollback [1-9][0-9]{0,3}")) {
      await(migrations.rollback(Integer.parseInt(args[1])));
    } else if (!what.equals("status")) {
      throw new IllegalArgumentException("usage: migrate up | status | rollback N");
    }
    for (Migrations.Change change : await(migrations.status())) {
      System.out.println((change.applied() ? "applied  " : "pending  ") + change.id());
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_MINUTES, TimeUnit.MINUTES);
  }
}
