package io.fastroom.support;

import io.vertx.core.json.JsonObject;
import java.util.List;

/** The frames a join was answered with; {@code error} instead of the others when it was refused. */
public record Joined(JsonObject joined, JsonObject presence, List<JsonObject> history, JsonObject error) {

  public long seq() {
    return joined.getLong("seq");
  }

  public List<String> users() {
    return presence.getJsonArray("users").stream().map(String.class::cast).toList();
  }

  /** Of all who are there, also when not all are listed. */
  public int count() {
    return presence.getInteger("count", users().size());
  }

  /** The entries of all history frames. */
  public List<JsonObject> entries() {
    return history.stream().flatMap(f -> f.getJsonArray("messages").stream()).map(JsonObject.class::cast).toList();
  }

  /** Whether {@code since} was understood; null when the answer does not say. */
  public Boolean resumed() {
    return history.get(0).getBoolean("resumed");
  }

  public List<Long> seqs() {
    return entries().stream().map(entry -> entry.getLong("seq")).toList();
  }
}
