package io.fastroom.wire;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.fastroom.model.NodeId;
import io.fastroom.wire.Received.Origin;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What travels on a channel: the client's own JSON with {@code srv} as its first field.
 * <ul>
 * <li>{@code SERVER_ID.boot.roomId.seq.mac}: sent by a node. The mac proves it, so the JSON need not be looked at.
 * <li>{@code SERVER_ID.boot.roomId.Pversion}: a change of presence, written by a node's script in Redis.
 * <li>{@code SERVER_ID.adopted.0.Pversion}: the same about a heartbeat another program wrote; as its mark is no node's,
 * all nodes hear it, the one whose call it was too.
 * <li>anything else or nothing: another program's; {@code SERVER_ID} alone means that this node is not to hear it.
 * </ul>
 *
 * <p>Thread: the bridge's, for the keyed hash; the static methods any.
 */
public final class ChannelMessage {
  private static final byte[] HEAD = "{\"srv\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_SRV = 200;
  private static final Pattern NODE =
      Pattern.compile("[\\w-]{1,64}\\.[0-9a-f]+\\.(\\d{1,18})\\.(\\d{1,18})\\.([\\w-]{16})");
  private static final Pattern PRESENCE = Pattern.compile("[\\w-]{1,64}\\.\\w+\\.(\\d{1,18})\\.P(\\d{1,18})");

  private final String serverId;
  private final String mark;
  private final Macs macs;

  public ChannelMessage(NodeId node, Macs macs) {
    this.serverId = node.serverId();
    this.mark = node.mark();
    this.macs = macs;
  }

  /** @param json an object that is not empty, UTF-8 */
  public byte[] encode(String channel, long roomId, long seq, byte[] json) {
    String mac = macs.sign(channel, roomId, seq, json, 1);
    byte[] srv = (mark + roomId + "." + seq + "." + mac).getBytes(StandardCharsets.US_ASCII);
    byte[] payload = Arrays.copyOf(HEAD, HEAD.length + srv.length + 2 + json.length - 1);
    System.arraycopy(srv, 0, payload, HEAD.length, srv.length);
    int at = HEAD.length + srv.length;
    payload[at] = '"';
    payload[at + 1] = ',';
    System.arraycopy(json, 1, payload, at + 2, json.length - 1);
    return payload;
  }

  /**
   * Reads a message of any sender.
   *
   * @param room the one whose channel it is, null for a channel that is no room's
   * @return null for this node's own, and for what is no event at all
   */
  public Received decode(String channel, String room, byte[] payload) {
    String srv = srv(payload);
    if (srv != null && srv.startsWith(mark)) {
      return null;
    }
    if (srv != null) {
      int rest = HEAD.length + srv.length() + 2;
      Matcher node = NODE.matcher(srv);
      if (node.matches()) {
        long roomId = Long.parseLong(node.group(1));
        long seq = Long.parseLong(node.group(2));
        if (macs.verify(node.group(3), channel, roomId, seq, payload, rest)) {
          return new Received(Origin.NODE, room, roomId, seq, object(payload, rest));
        }
      }
      Matcher presence = PRESENCE.matcher(srv);
      if (presence.matches()) {
        ForeignMessage event = ForeignMessage.read(payload);
        return event == null ? null : new Received(Origin.PRESENCE, room, Long.parseLong(presence.group(1)),
            Long.parseLong(presence.group(2)), event.json());
      }
    }
    ForeignMessage event = ForeignMessage.read(payload);
    if (event == null || isOwn(event.srv())) {
      return null;
    }
    return new Received(Origin.FOREIGN, room, 0, event.seq(), event.json());
  }

  /** Other programs may know the node by its id alone. */
  private boolean isOwn(String srv) {
    return srv != null && (srv.startsWith(mark) || srv.equals(serverId));
  }

  /** The value of {@code srv} where nodes put it, read without a parser; null when it is not there. */
  private static String srv(byte[] payload) {
    if (payload.length < HEAD.length || !Arrays.equals(payload, 0, HEAD.length, HEAD, 0, HEAD.length)) {
      return null;
    }
    for (int i = HEAD.length; i < Math.min(payload.length - 1, HEAD.length + MAX_SRV); i++) {
      if (payload[i] == '"' && payload[i + 1] == ',') {
        return new String(payload, HEAD.length, i - HEAD.length, StandardCharsets.US_ASCII);
      }
      if (payload[i] <= ' ' || payload[i] == '\\' || payload[i] == '"') {
        return null;
      }
    }
    return null;
  }

  private static byte[] object(byte[] payload, int rest) {
    byte[] json = new byte[1 + payload.length - rest];
    json[0] = '{';
    System.arraycopy(payload, rest, json, 1, payload.length - rest);
    return json;
  }

  // What scripts put before and after the version and the users

  public static String presenceHead(NodeId node, long roomId) {
    return "{\"srv\":\"" + node.mark() + roomId + ".P";
  }

  public static String adoptionHead(NodeId node) {
    return "{\"srv\":\"" + node.serverId() + ".adopted.0.P";
  }

  public static String presenceTail(String room) {
    String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(room));
    return "\",\"type\":\"presence_diff\",\"room\":\"" + quoted + "\",";
  }
}
