package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Answers every question of {@link PersistenceApi} except those about chat, and those of {@link AccountApi},
 * {@link ReactionApi}, {@link LogApi}, {@link SearchApi} and {@link DeploymentApi}. Any number of instances share one set of
 * connections.
 *
 * <p>Thread: its context; it has no state of its own.
 */
final class PersistenceVerticle extends VerticleBase {
  private final Bus bus;
  private final Stores stores;
  private final Accounts accounts;
  private final WebhookStore webhooks;
  private final WebhookLeases leases;
  private final ReadTurns turns;
  private final List<Future<?>> answers = new ArrayList<>();

  PersistenceVerticle(Bus bus, Stores stores, Accounts accounts, Database database, ReadTurns turns) {
    this.bus = bus;
    this.stores = stores;
    this.accounts = accounts;
    this.webhooks = new WebhookStore(database);
    this.leases = new WebhookLeases(database);
    this.turns = turns;
  }

  @Override
  public Future<?> start() {
    accounts();
    rooms();
    log();
    unread();
    answers.addAll(accounts.answers(bus));
    answers.addAll(webhooks.answers(bus));
    answers.addAll(leases.answers(bus));
    return Future.all(answers);
  }

  private void accounts() {
    answer(PersistenceApi.REGISTER_USER, stores.users()::register);
    answer(PersistenceApi.FIND_CREDENTIALS, stores.users()::credentials);
    answer(PersistenceApi.FIND_USER, stores.users()::find);
    answer(PersistenceApi.GET_USER, stores.users()::get);
    answer(PersistenceApi.LIST_USERS, q -> turns.list(q.actorId(), () -> stores.listings().users(q)));
    answer(PersistenceApi.REHASH_PASSWORD, stores.users()::rehash);
    answer(PersistenceApi.START_LOGIN, stores.refreshTokens()::start);
    answer(PersistenceApi.USE_LOGIN, stores.refreshTokens()::use);
    answer(AccountApi.SEE_LOGIN, stores.refreshTokens()::see);
    answer(PersistenceApi.END_LOGIN, stores.refreshTokens()::end);
    answer(PersistenceApi.FIND_REFRESH_TOKEN, stores.refreshTokens()::find);
    answer(PersistenceApi.ROTATE_REFRESH_TOKEN, stores.refreshTokens()::rotate);
    answer(PersistenceApi.LIST_REVOCATIONS, stores.blockedTokens()::list);
  }

  private void rooms() {
    answer(PersistenceApi.CREATE_ROOM, stores.roomStore()::create);
    answer(PersistenceApi.LIST_ROOMS, q -> turns.list(q.actorId(), () -> stores.listings().rooms(q)));
    answer(PersistenceApi.GET_ROOM, stores.roomStore()::get);
    answer(PersistenceApi.OPEN_ROOM, stores.roomStore()::open);
    answer(PersistenceApi.FIND_ROOM, stores.roomStore()::find);
    answer(PersistenceApi.UPDATE_ROOM, stores.roomStore()::update);
    answer(PersistenceApi.DELETE_ROOM, stores.roomStore()::delete);
    answer(DirectApi.OPEN_DIRECT, stores.directs()::open);
    answer(PersistenceApi.LIST_MEMBERS, q -> turns.list(q.actorId(), () -> stores.listings().members(q)));
    answer(PersistenceApi.JOIN_ROOM, stores.members()::join);
    answer(PersistenceApi.LEAVE_ROOM, stores.members()::leave);
    answer(PersistenceApi.ADD_MEMBER, stores.members()::add);
    answer(PersistenceApi.REMOVE_MEMBER, stores.members()::remove);
    answer(PersistenceApi.SET_FLAG, stores.members()::setFlag);
    answer(PersistenceApi.ENSURE_MEMBER, stores.checks()::enter);
    answer(PersistenceApi.LIST_MESSAGES, q -> turns.page(q.actorId(), q.limit(), () -> stores.messages().list(q)));
    answer(PersistenceApi.GET_MESSAGE, q -> turns.list(q.actorId(), () -> stores.messages().get(q)));
    answer(PersistenceApi.EDIT_MESSAGE, stores.messages()::edit);
    answer(PersistenceApi.DELETE_MESSAGE, stores.messages()::delete);
    answer(SearchApi.SEARCH, q -> turns.search(q.actorId(), q.limit(), () -> stores.search().search(q)));
    answer(ReactionApi.FIND_REACTIONS, stores.reactions()::find);
  }

  private void unread() {
    answer(UnreadApi.MARK_READ, stores.unread()::mark);
    answer(UnreadApi.LIST_PLACES, stores.unread()::places);
    answer(UnreadApi.LIST_ROOMS_OF, stores.unread()::rooms);
    answer(UnreadApi.EXPLAIN_LOSS, stores.unread()::explain);
    answer(UnreadApi.LIST_CHANGES, stores.unread()::changes);
    answer(UnreadApi.LIST_MENTIONS, stores.unread()::mentions);
    answer(UnreadApi.COUNT_UNREAD, stores.unread()::count);
    answer(UnreadApi.COMPARE, stores.unread()::compare);
  }

  private void log() {
    answer(LogApi.LOAD_ROOM, stores.log()::load);
    answer(LogApi.READ_LOG, q -> q.userId() == 0 ? stores.log().read(q)
        : turns.log(q.userId(), () -> stores.log().read(q)));
    answer(LogApi.READ_POSITIONS, stores.log()::positions);
    answer(LogApi.RAISE_IDS, question -> stores.log().raiseIds());
    answer(PersistenceApi.PING, stores::ping);
    answer(DeploymentApi.IDENTIFY, stores::identify);
  }

  private <Q, A> void answer(Address<Q, A> at, Function<Q, Future<A>> handler) {
    answers.add(bus.answer(at, handler));
  }
}
