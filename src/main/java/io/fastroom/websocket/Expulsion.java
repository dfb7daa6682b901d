package io.fastroom.websocket;

import io.fastroom.bus.Refused;
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
  private final CatchUp catchUp;

  Expulsion(Hub hub, CatchUp catchUp) {
    this.hub = hub;
    this.catchUp = catchUp;
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
      subscription.guest = false;
      if (update.revokes()) {
        ErrorFrame error = update.member().isBanned() ? ErrorFrame.of(Problem.BANNED, null, room.name()) : null;
        fence(subscription, update.seq(), () -> putOut(subscription, null, error));
      }
    }
  }

  /** Those who are no members may not see the room from this event on. Who came as a guest may have joined since. */
  void madePrivate(HubRoom room, long seq) {
    for (Subscription subscription : List.copyOf(room.subscriptions())) {
      if (subscription.guest && !subscription.isFenced()) {
        fence(subscription, seq, () -> ask(subscription));
      }
    }
  }

  /** What the room releases until it is answered waits in the log. */
  private void ask(Subscription subscription) {
    subscription.guest = false;
    subscription.free();
    subscription.room.hold(subscription);
    subscription.reading = true;
    catchUp.member(subscription).onComplete(member -> {
      subscription.reading = false;
      if (!subscription.isGone()) {
        answered(subscription, member.succeeded() ? null : Refused.of(member.cause()).problem());
      }
    });
  }

  private void answered(Subscription subscription, Problem problem) {
    if (problem == null || subscription.startOver != null) {
      catchUp.advance(subscription);
    } else if (problem == Problem.ROOM_NOT_FOUND || problem == Problem.BANNED) {
      putOut(subscription, null, ErrorFrame.of(problem, null, subscription.knownAs));
      subscription.session.exit(subscription.room.id);
    } else {
      // PostgreSQL is away: the next tick asks again.
      subscription.guest = true;
      fence(subscription, subscription.position, () -> ask(subscription));
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
