package io.fastroom.websocket;

/**
 * Whether one socket need not be looked after at present. It is looked at every second while something is queued for it,
 * it is not read from, it is behind in a room, or a message of it is unfinished; else when its next ping is due or its
 * token ends.
 *
 * <p>Thread: the event loop of its socket.
 */
final class Rest {
  /** A revocation under way may have missed a session or a token that is younger, in milliseconds. */
  private static final long YOUNG_MILLIS = 3_000;

  private final Wire wire;
  private final InFlightGate gate;
  private final Outbox outbox;
  private final IdleSocketCheck idleCheck;
  private final Subscriptions subscriptions;
  private long youngUntil;
  private long until;

  Rest(Wire wire, InFlightGate gate, Outbox outbox, IdleSocketCheck idleCheck, Subscriptions subscriptions) {
    this.wire = wire;
    this.gate = gate;
    this.outbox = outbox;
    this.idleCheck = idleCheck;
    this.subscriptions = subscriptions;
    end();
  }

  /** Its token is new. */
  void end() {
    youngUntil = IdleSocketCheck.now() + YOUNG_MILLIS;
    until = 0;
  }

  /** @param until when it is to be looked at again in any case, by {@link IdleSocketCheck#now}, as {@code now} is */
  void begin(long now, long until) {
    this.until = now < youngUntil ? 0 : until;
  }

  boolean lasts(long now) {
    return now < until && outbox.isIdle() && gate.isOpen() && idleCheck.isCalm(outbox) && !wire.isUnfinishedFor(0)
        && subscriptions.areUpToDate();
  }
}
