package io.fastroom.http;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bus.Address;
import io.fastroom.bus.Refused;
import io.fastroom.model.Account;
import io.fastroom.model.ApiKey;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Actor;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.Invite;
import io.fastroom.model.Listing;
import io.fastroom.model.LoginInfo;
import io.fastroom.model.Member;
import io.fastroom.model.Message;
import io.fastroom.model.Page;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.model.Role;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.Scope;
import io.fastroom.model.Webhook;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.AccountApi.AccountPage;
import io.fastroom.persistence.AccountApi.AdminRoom;
import io.fastroom.persistence.AccountApi.AuditPage;
import io.fastroom.persistence.AccountApi.Changed;
import io.fastroom.persistence.AccountApi.InvitePage;
import io.fastroom.persistence.AccountApi.RoomsPage;
import io.fastroom.persistence.ChatApi;
import io.fastroom.persistence.ChatApi.Appended;
import io.fastroom.persistence.DirectApi;
import io.fastroom.persistence.DirectApi.Opened;
import io.fastroom.persistence.ExportApi;
import io.fastroom.persistence.ExportApi.Part;
import io.fastroom.persistence.KeyApi;
import io.fastroom.persistence.MailApi;
import io.fastroom.persistence.MailApi.Reset;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.Credentials;
import io.fastroom.persistence.PersistenceApi.MessagePage;
import io.fastroom.persistence.PersistenceApi.RefreshOwner;
import io.fastroom.persistence.PersistenceApi.Rotated;
import io.fastroom.persistence.PersistenceApi.Rotation;
import io.fastroom.persistence.PersistenceApi.SeenRoom;
import io.fastroom.persistence.SearchApi;
import io.fastroom.persistence.SearchApi.Found;
import io.fastroom.persistence.SearchApi.FoundPage;
import io.fastroom.persistence.WebhookApi;
import io.fastroom.room.RoomApi;
import io.fastroom.watch.WatchApi;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One good answer to every question of REST, or the problem that is set. */
final class SampleAnswers {
  static final Room ROOM = new Room(42, "general", false, Instant.parse("2026-01-31T12:00:00.123456Z"));
  static final Member MEMBER = new Member(7, "alice", true, true, false, false, ROOM.createdAt());
  static final Message MESSAGE =
      new Message(4711, 12, 7, "alice", "Hello", ROOM.createdAt(), ROOM.createdAt(), "alice", false, null);
  static final Account ACCOUNT = new Account(RestNode.ALICE, Role.ADMIN, false, ROOM.createdAt(), true,
      "alice@example.com");
  static final ApiKey KEY =
      new ApiKey(12, "report", Set.of(Scope.READ, Scope.WRITE), ROOM.createdAt(), ROOM.createdAt(), null);
  static final Webhook HOOK = new Webhook(4711, 42, "https://192.0.9.1/hook", List.of("chat"), Webhook.State.FAILING, 3,
      500, "The receiver answered 500", ROOM.createdAt());
  static final String PASSWORD = "correct horse";

  private final RestNode node;
  volatile Problem problem;
  /** Whether what is said was said before. */
  volatile boolean repeated;

  SampleAnswers(RestNode node, String passwordHash) {
    this.node = node;
    answer(PersistenceApi.REGISTER_USER, RestNode.ALICE);
    answer(PersistenceApi.FIND_CREDENTIALS, new Credentials(RestNode.ALICE, passwordHash, false));
    answer(PersistenceApi.FIND_USER, RestNode.ALICE);
    answer(PersistenceApi.GET_USER, RestNode.ALICE);
    answer(AccountApi.GET_ACCOUNT, ACCOUNT);
    answer(AccountApi.UPDATE_ACCOUNT, ACCOUNT);
    answer(AccountApi.CHANGE_PASSWORD, List.of());
    answer(AccountApi.NOTE_LOGIN, List.of());
    answer(AccountApi.LIST_LOGINS, List.of(new LoginInfo(12, ROOM.createdAt(), ROOM.createdAt(), "192.0.2.7", null, true)));
    answer(AccountApi.END_OWN_LOGIN, List.of());
    answer(AccountApi.END_OTHER_LOGINS, List.of());
    answer(AccountApi.DELETE_ACCOUNT, List.of());
    answer(AccountApi.PURGE_ACCOUNT, null);
    Invite invite = new Invite(3, "code", 5, 2, null, ROOM.createdAt());
    answer(AccountApi.CREATE_INVITE, invite);
    answer(AccountApi.LIST_INVITES, new InvitePage(List.of(invite), true));
    answer(AccountApi.DELETE_INVITE, null);
    answer(AccountApi.REGISTER_INVITED, RestNode.ALICE);
    AuditPage audit = new AuditPage(List.of(new AuditEntry(9, ROOM.createdAt(), new Actor(7, "alice"), "banned",
        new Target("user", 8L, "bob"), 42L, "spam", Map.of("address", "192.0.2.7"))), true);
    answer(ExportApi.READ_SECTION, new Part(List.of(Map.of("id", 7L, "username", "alice")), null));
    answer(MailApi.ASK_RESET, null);
    answer(MailApi.ASK_VERIFICATION, null);
    answer(MailApi.FIND_RESET, "alice");
    answer(MailApi.RESET_PASSWORD, new Reset(7, "alice", List.of()));
    answer(MailApi.VERIFY_EMAIL, "alice");
    answer(AccountApi.AUDIT, null);
    answer(AccountApi.LIST_AUDIT, audit);
    answer(AccountApi.LIST_ROOM_AUDIT, audit);
    answer(AccountApi.LIST_ALL_ROOMS, new RoomsPage(List.of(new AdminRoom(ROOM, 30, 2L)), true));
    answer(AccountApi.CHANGE_ANY_ROOM, new AdminRoom(ROOM, null, null));
    answer(AccountApi.DELETE_ANY_ROOM, ROOM);
    answer(AccountApi.APPOINT_MODERATOR, MEMBER);
    answer(AccountApi.LIST_ACCOUNTS, new AccountPage(List.of(ACCOUNT), true));
    answer(AccountApi.CHANGE_ACCOUNT, new Changed(ACCOUNT, List.of()));
    answer(AccountApi.CREATE_ACCOUNT, ACCOUNT);
    answer(WebhookApi.CREATE, HOOK);
    answer(WebhookApi.LIST, List.of(HOOK));
    answer(WebhookApi.GET, HOOK);
    answer(WebhookApi.UPDATE, HOOK);
    answer(WebhookApi.DELETE, null);
    answer(WebhookApi.REPLAY, HOOK);
    answer(KeyApi.CREATE_KEY, KEY);
    answer(KeyApi.LIST_KEYS, List.of(KEY));
    answer(KeyApi.DELETE_KEY, List.of());
    answer(PersistenceApi.LIST_USERS, new Listing<>(List.of(RestNode.ALICE), 0, 1, 0, true));
    answer(PersistenceApi.START_LOGIN, null);
    answer(PersistenceApi.FIND_REFRESH_TOKEN, new RefreshOwner(RestNode.ALICE, "family", Instant.now()));
    answer(PersistenceApi.ROTATE_REFRESH_TOKEN, new Rotated(Rotation.ROTATED, RestNode.ALICE, List.of()));
    answer(PersistenceApi.END_LOGIN, List.of());
    answer(BridgeApi.REVOKE, null);
    answer(PersistenceApi.CREATE_ROOM, ROOM);
    answer(PersistenceApi.LIST_ROOMS, new Listing<>(List.of(new SeenRoom(ROOM, true)), 2, 1, 0, true));
    answer(PersistenceApi.GET_ROOM, new SeenRoom(ROOM, true));
    answer(PersistenceApi.OPEN_ROOM, ROOM);
    answer(PersistenceApi.FIND_ROOM, new SeenRoom(ROOM, true));
    answer(PersistenceApi.UPDATE_ROOM, ROOM);
    answer(PersistenceApi.DELETE_ROOM, null);
    node.answer(DirectApi.OPEN_DIRECT, question -> problem == null
        ? Future.succeededFuture(new Opened(ROOM, !repeated)) : Future.failedFuture(new Refused(problem)));
    answer(WatchApi.READ, new WatchApi.Marked("general", 12));
    answer(PersistenceApi.LIST_MEMBERS, new Listing<>(List.of(MEMBER), 1, 50, 0, false));
    answer(PersistenceApi.JOIN_ROOM, MEMBER);
    answer(PersistenceApi.LEAVE_ROOM, null);
    answer(PersistenceApi.ADD_MEMBER, MEMBER);
    answer(PersistenceApi.REMOVE_MEMBER, null);
    answer(PersistenceApi.SET_FLAG, MEMBER);
    answer(PersistenceApi.LIST_MESSAGES, new MessagePage(new Page<>(List.of(MESSAGE), 2, 1, 0), true));
    answer(PersistenceApi.GET_MESSAGE, MESSAGE);
    answer(SearchApi.SEARCH, new FoundPage(List.of(new Found(MESSAGE, 42, "general")), 4711L));
    node.answer(ChatApi.APPEND, question -> problem == null
        ? Future.succeededFuture(new Appended(Chat.of(42, "general", MESSAGE),
            repeated ? new Position(MESSAGE.seq(), MESSAGE.createdAt()) : null))
        : Future.failedFuture(new Refused(problem)));
    answer(PersistenceApi.EDIT_MESSAGE, MESSAGE);
    answer(PersistenceApi.DELETE_MESSAGE, null);
    answer(RoomApi.WHO_IS_THERE, new RoomApi.Who(List.of("alice", "bob"), 2, false));
  }

  private <Q, A> void answer(Address<Q, A> at, A sample) {
    node.answer(at, question -> problem == null ? Future.succeededFuture(sample)
        : Future.failedFuture(new Refused(problem)));
  }
}
