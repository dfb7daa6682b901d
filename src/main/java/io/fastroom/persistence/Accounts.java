package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.vertx.core.Future;
import java.util.List;

/**
 * Who answers the questions of {@link AccountApi}, {@link KeyApi}, {@link IdentityApi},
 * {@link MailApi} and {@link ExportApi}. Thread: any.
 */
record Accounts(AccountStore own, AdminStore admin, DeletionStore deletions, InviteStore invites,
                AuditStore audit, AdminRoomStore rooms, KeyStore keys, IdentityStore identities, LetterStore letters,
                LinkStore links, ExportStore exports) {
  /** Answers on the context that this is called on. */
  List<Future<?>> answers(Bus bus) {
    return List.of(
        bus.answer(AccountApi.GET_ACCOUNT, own::get),
        bus.answer(AccountApi.UPDATE_ACCOUNT, own::update),
        bus.answer(AccountApi.CHANGE_PASSWORD, own::changePassword),
        bus.answer(AccountApi.CHECK_ACCOUNT, own::check),
        bus.answer(AccountApi.NOTE_LOGIN, own::note),
        bus.answer(AccountApi.LIST_LOGINS, own::logins),
        bus.answer(AccountApi.END_OWN_LOGIN, own::endOne),
        bus.answer(AccountApi.END_OTHER_LOGINS, own::endOthers),
        bus.answer(AccountApi.DELETE_ACCOUNT, deletions::delete),
        bus.answer(AccountApi.PURGE_ACCOUNT, deletions::purge),
        bus.answer(AccountApi.CREATE_INVITE, invites::create),
        bus.answer(AccountApi.LIST_INVITES, invites::list),
        bus.answer(AccountApi.DELETE_INVITE, invites::delete),
        bus.answer(AccountApi.REGISTER_INVITED, invites::register),
        bus.answer(AccountApi.AUDIT, audit::record),
        bus.answer(AccountApi.LIST_AUDIT, audit::list),
        bus.answer(AccountApi.LIST_ROOM_AUDIT, audit::ofRoom),
        bus.answer(AccountApi.LIST_ALL_ROOMS, rooms::list),
        bus.answer(AccountApi.CHANGE_ANY_ROOM, rooms::change),
        bus.answer(AccountApi.DELETE_ANY_ROOM, rooms::delete),
        bus.answer(AccountApi.APPOINT_MODERATOR, rooms::appoint),
        bus.answer(AccountApi.LIST_ACCOUNTS, admin::list),
        bus.answer(AccountApi.CHANGE_ACCOUNT, admin::change),
        bus.answer(AccountApi.CREATE_ACCOUNT, admin::create),
        bus.answer(KeyApi.CREATE_KEY, keys::create),
        bus.answer(KeyApi.LIST_KEYS, keys::list),
        bus.answer(KeyApi.DELETE_KEY, keys::delete),
        bus.answer(KeyApi.FIND_KEY, keys::find),
        bus.answer(IdentityApi.FIND_BOUND, identities::find),
        bus.answer(MailApi.ASK_RESET, letters::askReset),
        bus.answer(MailApi.ASK_VERIFICATION, letters::askVerification),
        bus.answer(MailApi.TAKE_LETTERS, letters::take),
        bus.answer(MailApi.NOTE_LINK, letters::noteLink),
        bus.answer(MailApi.DONE_WITH, letters::doneWith),
        bus.answer(MailApi.TRY_AGAIN, letters::tryAgain),
        bus.answer(MailApi.COUNT_LETTERS, letters::count),
        bus.answer(MailApi.FIND_RESET, links::findReset),
        bus.answer(MailApi.RESET_PASSWORD, links::reset),
        bus.answer(MailApi.VERIFY_EMAIL, links::verify),
        bus.answer(ExportApi.READ_SECTION, exports::read));
  }
}
