package io.fastroom.http;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.GetRoom;
import io.fastroom.wire.Rfc3339;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A room as a stream of server-sent events. Any thread. */
final class EventOperations implements Operation.Group {
  private static final Pattern EVENT_ID = Pattern.compile("(\\d{1,18})-(\\S{20,64})");
  /** No log has it: who resumes from there is told to start over. */
  private static final Position UNKNOWN = new Position(Long.MAX_VALUE, null);
  private static final int ATTEMPTS = 3;

  private final Bus bus;
  private final EventStreams streams;

  EventOperations(Bus bus, EventStreams streams) {
    this.bus = bus;
    this.streams = streams;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("streamEvents", this::stream);
  }

  private Future<Reply> stream(Call call) {
    Position since = since(call);
    return attempt(call, since, 1);
  }

  private Future<Reply> attempt(Call call, Position since, int number) {
    return bus.ask(PersistenceApi.OPEN_ROOM, new GetRoom(call.userId(), call.roomId()))
        .compose(room -> open(call, room, since))
        .recover(failure -> Refused.of(failure).problem() == Problem.ROOM_NOT_FOUND && number < ATTEMPTS
            // It may have been renamed in between; if it is gone, the next attempt says so.
            ? attempt(call, since, number + 1) : Future.failedFuture(failure));
  }

  private Future<Reply> open(Call call, Room room, Position since) {
    if (call.headOnly()) {
      call.request().response().putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream");
      return Future.succeededFuture(new Reply(200, null, null));
    }
    return streams.open(call.request(), call.principal(), room, since).map(Reply.STREAM);
  }

  /** A client that reconnects asks for what its first request asked, and says in the header how far it got. */
  private static Position since(Call call) {
    String last = call.request().getHeader("Last-Event-ID");
    if (last != null && !last.isEmpty()) {
      return position(last);
    }
    if (!call.has("since")) {
      return null;
    }
    try {
      return new Position(call.number("since"), call.has("since_ts") ? Rfc3339.parse(call.text("since_ts")) : null);
    } catch (DateTimeException e) {
      throw InvalidInput.parameter("since_ts", "must be the time of the event at since");
    }
  }

  private static Position position(String id) {
    Matcher form = EVENT_ID.matcher(id);
    try {
      Instant ts = form.matches() ? Rfc3339.parse(form.group(2)) : null;
      return ts == null ? UNKNOWN : new Position(Long.parseLong(form.group(1)), ts);
    } catch (DateTimeException e) {
      return UNKNOWN;
    }
  }
}
