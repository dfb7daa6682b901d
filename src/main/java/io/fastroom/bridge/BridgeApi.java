package io.fastroom.bridge;

import io.fastroom.bus.Address;
import io.fastroom.model.Revocation;
import io.fastroom.wire.Received;
import io.fastroom.wire.WatchHints;
import java.util.List;

/**
 * The road between nodes: Redis pub/sub. One BridgeVerticle a node answers.
 *
 * <p>On the channel {@code room:{name}} travels the client's own JSON with {@code srv} as its first field:
 * {@code SERVER_ID.boot.roomId.seq.mac}. The mac (a keyed hash of the rest under FASTROOM_SECRET) tells an event a node
 * committed from one that any other program made up; roomId and seq are read without parsing the JSON.
 */
public final class BridgeApi {
  private BridgeApi() { }

  /**
   * Something for the other nodes.
   *
   * @param room the room's name, which names the channel
   * @param seq 0 for what is not durable
   * @param json a JSON object, UTF-8, as the client gets it; never changed after
   */
  public record Publish(String room, long roomId, long seq, byte[] json) { }

  /** Published in one pipeline, in order. */
  public record PublishAll(List<Publish> events) { }

  /**
   * Answered when Redis has confirmed; at once when Redis is away (it is subscribed on reconnection, see {@link
   * State}).
   */
  public record Subscribe(String room) { }

  public record Unsubscribe(String room) { }

  /**
   * Whether the node hears itself through Redis.
   *
   * @param up false when no probe came back for a while; rooms must then heal from PostgreSQL alone
   * @param resubscribed true when the subscription was made anew: what was sent meanwhile is lost
   */
  public record State(boolean up, boolean resubscribed) { }

  /** Something for the lists of rooms of all other nodes. */
  public record Hint(WatchHints hints) { }

  public static final Address<Hint, Void> HINT = new Address<>("bridge.hint");
  /** Announced when another node has sent one. */
  public static final Address<Hint, Void> HINTED = new Address<>("bridge.hinted");

  public static final Address<PublishAll, Void> PUBLISH = new Address<>("bridge.publish");
  public static final Address<Subscribe, Void> SUBSCRIBE = new Address<>("bridge.subscribe");
  public static final Address<Unsubscribe, Void> UNSUBSCRIBE = new Address<>("bridge.unsubscribe");
  /** Heard by RoomVerticle. */
  public static final Address<Received, Void> RECEIVED = new Address<>("bridge.received");
  /** Heard by RoomVerticle, health and metrics; announced at every change and every second. */
  public static final Address<State, Void> STATE = new Address<>("bridge.state");
  /**
   * Tells all nodes, this one included (through {@code AuthApi}). Answered when Redis has taken it, or at once when Redis
   * is away (then the others learn it from PostgreSQL).
   */
  public static final Address<Revocation, Void> REVOKE = new Address<>("bridge.revoke");
}
