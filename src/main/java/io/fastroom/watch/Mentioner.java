package io.fastroom.watch;

import io.fastroom.bus.Bus;
import io.fastroom.model.LastMessage;
import io.fastroom.persistence.UnreadApi;
import io.fastroom.persistence.UnreadApi.ListMentions;
import io.fastroom.persistence.UnreadApi.Mention;
import io.fastroom.wire.WatchJson;
import java.util.List;

/**
 * Tells those who watch of the messages that mention them, in the order in which they were said.
 *
 * <p>Thread: the WatchVerticle's. Limits: one page of {@link UnreadApi#MENTIONS_A_PAGE} of a room at a time.
 */
final class Mentioner {
  private final Bus bus;
  private final Watchlist list;
  private final Teller teller;

  Mentioner(Bus bus, Watchlist list, Teller teller) {
    this.bus = bus;
    this.list = list;
    this.teller = teller;
  }

  /** Somebody is mentioned after {@code from} and up to {@code to}. */
  void owe(WatchedRoom room, long from, long to) {
    room.mentionedTo = room.mentionedTo < room.mentionsTo ? room.mentionedTo : from;
    room.mentionsTo = to;
  }

  /** Nobody is owed anything of a log that is gone. */
  static void forget(WatchedRoom room) {
    room.mentionedTo = 0;
    room.mentionsTo = 0;
  }

  /**
   * Goes on with what is owed, if anything.
   *
   * @param away called when PostgreSQL did not answer: to be called again in a while
   */
  void goOn(WatchedRoom room, Runnable away) {
    if (room.mentioning || room.mentionedTo >= room.mentionsTo) {
      return;
    }
    room.mentioning = true;
    ListMentions question = new ListMentions(room.id(), room.mentionedTo, room.mentionsTo);
    bus.ask(UnreadApi.LIST_MENTIONS, question).onComplete(answer -> {
      room.mentioning = false;
      // A question about a log that has been left meanwhile says nothing of this one.
      boolean isStill = room.mentionedTo == question.from() && room.mentionsTo >= question.to();
      if (list.room(room.id()) != room || !isStill) {
        return;
      }
      if (answer.failed()) {
        away.run();
        return;
      }
      List<Mention> page = answer.result();
      page.forEach(mention -> tell(room, mention));
      room.mentionedTo = page.size() < UnreadApi.MENTIONS_A_PAGE ? question.to() : page.get(page.size() - 1).seq();
      goOn(room, away);
    });
  }

  private void tell(WatchedRoom room, Mention mention) {
    LastMessage message = mention.message();
    byte[] json = WatchJson.mention(room.room, message);
    for (long userId : mention.userIds()) {
      WatchedUser user = list.user(userId);
      if (user != null && userId != message.userId() && room.has(user) && !user.places.isFenced(room.id())) {
        teller.watchers(userId, json);
      }
    }
  }
}
