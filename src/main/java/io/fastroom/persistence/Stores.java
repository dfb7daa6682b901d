package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.persistence.PersistenceApi.Ping;
import io.vertx.core.Future;

/** All the stores over one database. Thread: any. */
record Stores(Database database, UserStore users, RefreshTokenStore refreshTokens, BlockedTokenStore blockedTokens,
              RoomStore rooms, MemberStore members, MembershipChecks entrances, MessageStore messages, EventLog log) {
  private static final long PING_MILLIS = 2_000;

  static Stores of(Database database, Replica replica, Bus bus) {
    RoomChanges changes = new RoomChanges(database, bus);
    NewMembers admissions = new NewMembers(changes);
    return new Stores(database, new UserStore(database, replica), new RefreshTokenStore(database),
        new BlockedTokenStore(database), new RoomStore(database, replica, changes),
        new MemberStore(database, changes, admissions), new MembershipChecks(database, admissions),
        new MessageStore(replica, changes), new EventLog(database));
  }

  Future<Void> ping(Ping q) {
    return database.within(PING_MILLIS, connection -> connection.query("SELECT 1").execute()).mapEmpty();
  }
}
