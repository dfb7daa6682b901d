package io.fastroom.room;

import io.fastroom.model.Member;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.Reaction;

/** What is left of an account in the memory of its rooms: the name that its last event bears. Stateless. */
final class DeletedAccount {
  private DeletedAccount() { }

  /** @return null when the event is not the last of a deleted account */
  static Member of(RoomEvent event) {
    return event instanceof MemberUpdate update && update.member().isDeleted() ? update.member() : null;
  }

  /** The event under the name that is left; the same when it is somebody else's. */
  static RoomEvent renamed(RoomEvent event, Member deleted) {
    if (event instanceof Chat chat && chat.message().userId() == deleted.userId()) {
      return new Chat(chat.roomId(), chat.room(), chat.seq(), chat.ts(), chat.message().by(deleted.username()));
    }
    if (event instanceof Reaction r && r.userId() == deleted.userId()) {
      return new Reaction(r.roomId(), r.room(), r.seq(), r.ts(), r.messageId(), r.userId(), deleted.username(), r.emoji(),
          r.on(), r.count());
    }
    if (event instanceof MemberUpdate update && update.member().userId() == deleted.userId()) {
      Member m = update.member();
      return new MemberUpdate(update.roomId(), update.room(), update.seq(), update.ts(), new Member(m.userId(),
          deleted.username(), m.isMember(), m.isModerator(), m.isBanned(), m.isMuted(), m.joinedAt()));
    }
    return event;
  }

  /** Whether the event may bear the account's name in a way that its id does not tell: then it is read anew. */
  static boolean mayBeNamedIn(RoomEvent event) {
    return event instanceof Chat chat && (chat.message().replyTo() != null || !chat.message().mentions().isEmpty());
  }
}
