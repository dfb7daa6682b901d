package io.fastroom.persistence;

import io.fastroom.persistence.PersistenceApi.Ping;
import io.vertx.core.Future;

/** All the stores over one database. Thread: any. */
record Stores(Database rooms, UserStore users, RefreshTokenStore refreshTokens, BlockedTokenStore blockedTokens,
              RoomStore roomStore, MemberStore members, MembershipChecks checks, MessageStore messages, EventLog log) {
  private static final long PING_MILLIS = 2_000;

  /**
   * @param rooms connections for what keeps rooms true, which nothing else may take
   * @param moves how often a user may join and leave a room within a minute; 0 is no limit
   */
  static Stores of(Database database, Database rooms, Replica replica, RoomChanges changes, NewMembers newMembers,
                   int moves) {
    return new Stores(rooms, new UserStore(database, replica), new RefreshTokenStore(database),
        new BlockedTokenStore(rooms), new RoomStore(database, replica, changes),
        new MemberStore(database, changes, newMembers, moves), new MembershipChecks(rooms, newMembers),
        new MessageStore(replica, changes), new EventLog(rooms));
  }

  Future<Void> ping(Ping q) {
    return rooms.within(PING_MILLIS, connection -> connection.query("SELECT 1").execute()).mapEmpty();
  }
}
