package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.vertx.core.Future;
import java.util.List;

/** Who answers the questions of {@link AccountApi}. Thread: any. */
record Accounts(AccountStore own, AdminStore admin) {
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
        bus.answer(AccountApi.LIST_ACCOUNTS, admin::list),
        bus.answer(AccountApi.CHANGE_ACCOUNT, admin::change),
        bus.answer(AccountApi.CREATE_ACCOUNT, admin::create));
  }
}
