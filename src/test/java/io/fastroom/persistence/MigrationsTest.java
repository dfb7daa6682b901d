package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MigrationsTest {
  private static final Vertx VERTX = Vertx.vertx();

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  @Test
  void goes_up_and_all_the_way_back_and_up_again() {
    Migrations migrations = new Migrations(VERTX, TestDatabase.create());

    int all = migrations.up().await();
    assertThat(all).isGreaterThan(5);
    assertThat(migrations.status().await()).hasSize(all).allMatch(Migrations.Change::applied);
    assertThat(migrations.rollback(2).await()).isEqualTo(2);
    assertThat(migrations.status().await()).filteredOn(change -> !change.applied()).hasSize(2);
    assertThat(migrations.rollback(1000).await()).isEqualTo(all - 2);
    assertThat(migrations.up().await()).isEqualTo(all);
  }

  @Test
  void nodes_that_start_together_migrate_once() {
    String url = TestDatabase.create();

    var applied = Stream.generate(() -> new Migrations(VERTX, url)).limit(3).map(Migrations::up).toList();
    Future.all(applied).await();

    assertThat(applied.stream().map(Future::result).filter(count -> count > 0)).hasSize(1);
  }

  @Test
  void a_lock_left_by_a_killed_node_blocks_nobody() {
    String url = TestDatabase.create();
    Migrations migrations = new Migrations(VERTX, url);
    migrations.up().await();
    TestDatabase.execute(url, "UPDATE databasechangeloglock SET locked = true, lockedby = 'gone', lockgranted = now()",
        "DELETE FROM databasechangelog WHERE id = 'append-chats-v1'", "DROP FUNCTION append_chats_v1");

    assertThat(migrations.up().await()).isEqualTo(1);
  }

  @Test
  void nothing_to_do_is_quick() {
    Migrations migrations = new Migrations(VERTX, TestDatabase.create());
    migrations.up().await();

    long begin = System.nanoTime();
    migrations.up().await();

    assertThat(System.nanoTime() - begin).isLessThan(2_000_000_000L);
  }
}
