package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.persistence.DeploymentApi.Identify;
import io.fastroom.persistence.DeploymentApi.Identity;
import io.fastroom.persistence.PersistenceApi.Ping;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** All the stores over one database. Thread: any. */
record Stores(Database rooms, HotPath hotPath, UserStore users, RefreshTokenStore refreshTokens,
              BlockedTokenStore blockedTokens,
              RoomStore roomStore, DirectStore directs, MemberStore members, MembershipChecks checks,
              MessageStore messages, ReactionStore reactions, EventLog log, Listings listings, UnreadStore unread,
              SearchStore search) {
  /**
   * @param chats connections of the chat writer
   * @param rooms connections for what keeps rooms true, which nothing else may take
   * @param moves how often a user may join and leave a room within a minute; 0 is no limit
   */
  static Stores of(Database database, Database rooms, Database chats, Replica replica, RoomChanges changes,
                   Emails emails, NewMembers newMembers, Bus bus, int moves, SearchStore search) {
    EventLog log = new EventLog(rooms);
    return new Stores(rooms, new HotPath(rooms, List.of(database, rooms, chats), log), new UserStore(database, emails),
        new RefreshTokenStore(database),
        new BlockedTokenStore(rooms), new RoomStore(database, bus, changes), new DirectStore(database, bus),
        new MemberStore(changes, newMembers, moves), new MembershipChecks(rooms, newMembers),
        new MessageStore(replica, changes), new ReactionStore(rooms), log, new Listings(database, replica),
        new UnreadStore(rooms), search);
  }

  /** Who may not ask for the server's number does without. */
  Future<Identity> identify(Identify q) {
    Future<String> server = rooms.query("SELECT system_identifier::text FROM pg_control_system()", Tuple.tuple())
        .map(rows -> rows.iterator().next().getString(0)).otherwise("");
    return rooms.query("SELECT d.id::text, p.oid::bigint FROM deployment d, pg_database p"
            + " WHERE p.datname = current_database()", Tuple.tuple())
        .map(rows -> rows.iterator().next())
        .compose(row -> server.map(number -> new Identity(row.getString(0), row.getLong(1), number)));
  }

  Future<Void> ping(Ping q) {
    return hotPath.check();
  }
}
