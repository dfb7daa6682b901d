package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Room;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.ListMessages;
import io.fastroom.persistence.PersistenceApi.ListRooms;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.Test;

class ReplicaTest {
  private static final ListRooms ALL = new ListRooms(1, 50, 0, false, null, false, null);

  private static String migrated() {
    String url = TestDatabase.create();
    Vertx vertx = Vertx.vertx();
    new Migrations(vertx, url).up().await();
    vertx.close().await();
    return url;
  }

  @Test
  void lists_come_from_the_replica_and_what_it_does_not_know_yet_from_the_primary() {
    try (TestNode node = new TestNode(migrated(), migrated())) {
      User alice = node.user();
      Room room = node.room(alice);
      node.chat(room, alice, "hello");

      assertThat(node.ask(PersistenceApi.LIST_ROOMS, ALL).total()).isZero();
      assertThat(node.ask(PersistenceApi.LIST_MESSAGES, new ListMessages(alice.id(), room.id(), 50, 0, -1, -1))
          .page().items())
          .hasSize(1);
    }
  }

  @Test
  void a_replica_that_is_away_is_not_missed() {
    try (TestNode node = new TestNode(migrated(), "postgres://nobody@127.0.0.1:1/none")) {
      node.room(node.user());

      assertThat(node.ask(PersistenceApi.LIST_ROOMS, ALL).total()).isEqualTo(1);
    }
  }
}
