package io.fastroom.websocket;

import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import java.util.List;

/**
 * What the sockets of a user see who is banned or removed, or leaves: the log up to the event that says so, the reason,
 * and nothing of the room after it. A mute takes effect here too.
 *
 * <p>Thread: the event loop of its hub.
 */
final class Expulsion {
  private final Hub hub;

  Expulsion(Hub hub) {
    this.hub = hub;
  }

  /** A user's rights in the room are others from this event on. */
  void changed(HubRoom room, MemberUpdate update) {
    List<Subscription> subscriptions = room.subscriptions();
    // From the end: a removed subscription is replaced by one that has been handled already.
    for (int i = subscriptions.size() - 1; i >= 0; i--) {
      Subscription subscription = subscriptions.get(i);
      if (subscription.session.userId() != update.member().userId() || subscription.isFenced()) {
        continue;
      }
      subscription.muted = update.member().isMuted();
      subscription.guest &= update.revokes();
      if (update.revokes()) {
        ErrorFrame error = update.member().isBanned() ? ErrorFrame.of(Problem.BANNED, null, room.name()) : null;
        fence(subscription, update.seq(), () -> putOut(subscription, null, error));
      }
    }
  }

  /** Those who are no members may not see the room from this event on. */
  void madePrivate(HubRoom room, long seq) {
    for (Subscription subscription : List.copyOf(room.subscriptions())) {
      if (subscription.guest && !subscription.isFenced()) {
        ErrorFrame error = ErrorFrame.of(Problem.ROOM_NOT_FOUND, null, room.name());
        fence(subscription, seq, () -> putOut(subscription, null, error));
      }
    }
  }

  /**
   * The subscription gets the log up to the event that removes it, and nothing of the room that comes later; one that
   * is behind still reads what it is missing.
   */
  private static void fence(Subscription subscription, long seq, Runnable putOut) {
    subscription.room.flush();
    if (subscription.behind) {
      subscription.fence = seq;
      subscription.putOut = putOut;
    } else {
      putOut.run();
    }
  }

  /**
   * Ends a subscription.
   *
   * @param last the room's last frame, null when the subscription already has it
   * @param error sent after it, null for nothing
   */
  void putOut(Subscription subscription, byte[] last, ErrorFrame error) {
    subscription.room.flush();
    Outbox outbox = subscription.outbox;
    if (last != null && subscription.behind) {
      outbox.send(last, null);
    }
    if (error != null) {
      outbox.send(error);
    }
    hub.unsubscribe(subscription);
    subscription.session.putOut(subscription);
  }
}
