package io.fastroom.http;

import io.fastroom.auth.Usernames;
import io.fastroom.bus.Bus;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.SearchQuery;
import io.fastroom.persistence.SearchApi;
import io.fastroom.persistence.SearchApi.Found;
import io.fastroom.persistence.SearchApi.FoundPage;
import io.fastroom.persistence.SearchApi.Search;
import io.fastroom.wire.Rfc3339;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;

/** Finds messages. Any thread. */
final class SearchOperations implements Operation.Group {
  private final Bus bus;

  SearchOperations(Bus bus) {
    this.bus = bus;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("searchMessages", this::search);
  }

  private Future<Reply> search(Call call) {
    SearchQuery query = query(call.text("q"));
    Long below = Cursor.id(call);
    if (below != null && below < 0) {
      throw Cursor.invalid();
    }
    if (call.has("room_id") && call.roomId() <= 0) {
      throw InvalidInput.parameter("room_id", "must be the id of a room");
    }
    Search search = new Search(call.userId(), query, call.roomId(), author(call.text("author")), time(call, "after"),
        time(call, "before"), call.limit(), below == null ? Long.MAX_VALUE : below);
    return bus.ask(SearchApi.SEARCH, search).map(page -> Reply.ok(page(page, query)));
  }

  private static SearchQuery query(String text) {
    if (text == null) {
      throw InvalidInput.parameter("q", "must be given");
    }
    if (text.length() > SearchQuery.MAX_LENGTH) {
      throw InvalidInput.parameter("q", "must not have more than " + SearchQuery.MAX_LENGTH + " characters");
    }
    SearchQuery query = SearchQuery.parse(text);
    if (query.flaw() != null) {
      throw InvalidInput.parameter("q", query.flaw());
    }
    return query;
  }

  private static String author(String given) {
    return given == null ? null : Usernames.normalise(given)
        .orElseThrow(() -> InvalidInput.parameter("author", "must be a username"));
  }

  private static Instant time(Call call, String parameter) {
    try {
      return call.has(parameter) ? Rfc3339.parse(call.text(parameter)) : null;
    } catch (DateTimeException e) {
      throw InvalidInput.parameter(parameter, "must be a time such as 2030-01-31T12:00:00Z");
    }
  }

  private static Buffer page(FoundPage page, SearchQuery query) {
    return Buffer.buffer(JsonBytes.encode(512, json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("items");
      for (Found found : page.items()) {
        json.writeStartObject();
        MessageJson.writeFields(json, found.message());
        json.writeStringField("room", found.room());
        json.writeNumberField("room_id", found.roomId());
        json.writeStringField("highlight", query.highlight(found.message().content()));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeBooleanField("has_more", page.below() != null);
      json.writeStringField("next_cursor", page.below() == null ? null : Cursor.of(page.below()));
      json.writeEndObject();
    }));
  }
}
