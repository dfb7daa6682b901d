package io.fastroom.websocket;

import java.time.Instant;

/**
 * When one socket is looked after, and what is done then. It is looked at every second while something is queued for it,
 * it is not read from, it is behind in a room, or it is sent much: whatever begins such a time says {@link #soon}. Else
 * it is when its next ping is due, which is before a message may be unfinished for too long, or when its token ends.
 *
 * <p>Thread: the event loop of its socket.
 */
final class Visit extends Wheel.Entry<Visit> {
  /** A revocation under way may have missed a session or a token that is younger, in milliseconds. */
  private static final long YOUNG_MILLIS = 3_000;

  private final SessionContext context;
  private final Session session;
  private final IdleSocketCheck idleCheck;
  private long youngUntil;
  private long restsUntil;

  Visit(SessionContext context, Session session) {
    this.context = context;
    this.session = session;
    this.idleCheck = new IdleSocketCheck(context.interval(session.isStream()));
  }

  Session session() {
    return session;
  }

  /** Its token is new. */
  void renewed() {
    youngUntil = IdleSocketCheck.now() + YOUNG_MILLIS;
    restsUntil = 0;
    soon();
  }

  /** It may be needed in the next second. */
  void soon() {
    context.hub().visits().soon(this);
  }

  void end() {
    context.hub().visits().end(this);
  }

  /** Something came from the peer. */
  void heard() {
    idleCheck.heard();
  }

  /** @param now by {@link IdleSocketCheck#now} */
  void make(long now, Instant wall) {
    if (session.isClosing()) {
      session.abortIfDue(now);
      return;
    }
    if (!isResting(now)) {
      if (!Liveness.isLive(session, context, wall)) {
        session.unauthorized();
        return;
      }
      session.drained();
      session.outbox().drained();
      checkPeer(now);
      restsUntil = now < youngUntil ? 0
          : Math.min(idleCheck.restUntil(context.life(session.isStream())), Liveness.restUntil(session, now, wall));
    }
    if (isResting(now)) {
      context.hub().visits().at(this, restsUntil);
    }
  }

  private boolean isResting(long now) {
    Outbox outbox = session.outbox();
    return now < restsUntil && outbox.isIdle() && session.gate().isOpen() && idleCheck.isCalm(outbox)
        && !session.wire().isUnfinishedFor(0) && session.subscriptions().areUpToDate();
  }

  private void checkPeer(long now) {
    boolean stream = session.isStream();
    if (session.wire().isUnfinishedFor(context.settings().webSocket().heartbeatTtl().toMillis())) {
      session.close(CloseCode.ABUSE);
      return;
    }
    Outbox outbox = session.outbox();
    switch (idleCheck.check(now, outbox, context.interval(stream), context.life(stream), context.stall())) {
      case PING_DUE -> outbox.ping();
      case STALLED -> session.close(CloseCode.STOPPED_READING);
      case VANISHED -> session.vanished();
      case FINE -> { }
    }
  }
}
