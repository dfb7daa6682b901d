package io.fastroom.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.bus.Repeat;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.Problem;
import io.fastroom.persistence.ExportApi;
import io.fastroom.persistence.ExportApi.Mark;
import io.fastroom.persistence.ExportApi.Part;
import io.fastroom.persistence.ExportApi.ReadSection;
import io.fastroom.persistence.ExportApi.Section;
import io.fastroom.wire.Rfc3339;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Everything kept about one user, as one JSON document, written page by page as fast as the client reads.
 *
 * <p>Thread: the request's. Limits: a page in memory; a client that reads nothing for {@value Pieces#PATIENCE_SECONDS} s
 * is left.
 */
final class Export {
  static final String END = "}\n";

  private final Bus bus;
  private final long userId;
  private final Iterator<Section> sections = List.of(Section.values()).iterator();
  /** The page that is to be written next. */
  private Part part;
  private Section section;
  /** By which the account is known as long as it is. */
  private Object username;
  /** What of the section stands in the document. */
  private boolean begun;
  private boolean listed;

  private Export(Bus bus, long userId) {
    this.bus = bus;
    this.userId = userId;
  }

  /** Reads the account: until then there may be another answer. Refused UNAUTHORIZED when it is no more. */
  static Future<Export> of(Bus bus, long userId) {
    Export export = new Export(bus, userId);
    return export.read(export.sections.next(), Mark.BEGIN).map(read -> {
      if (export.part.rows().isEmpty()) {
        throw new Refused(Problem.UNAUTHORIZED, "The account of this token is no more");
      }
      export.username = export.part.rows().get(0).get("username");
      return export;
    });
  }

  private Future<Boolean> read(Section which, Mark after) {
    return bus.ask(ExportApi.READ_SECTION, new ReadSection(userId, which, after)).map(read -> {
      part = read;
      section = which;
      return true;
    });
  }

  /**
   * All but {@link #END}. Fails when the client has gone or does not read, a page cannot be had, or the account was deleted
   * meanwhile: then the document is not to be ended.
   */
  Future<Void> write(HttpServerResponse response) {
    response.setChunked(true);
    response.write("{\"exported_at\":\"" + Rfc3339.text(Instant.now()) + '"');
    return Repeat.whileTrue(() -> step(response));
  }

  /**
   * What Vert.x takes before it calls its queue full is counted in writes, not in bytes: each is waited for.
   *
   * @return whether there is more
   */
  private Future<Boolean> step(HttpServerResponse response) {
    Buffer text = text();
    int[] begin = {0};
    return Repeat.whileTrue(() -> {
      int end = Math.min(begin[0] + Pieces.PIECE, text.length());
      Buffer piece = text.slice(begin[0], end);
      begin[0] = end;
      return piece.length() == 0 ? Future.succeededFuture(false)
          : Pieces.written(response, piece).map(done -> end < text.length());
    }).compose(all -> next());
  }

  private Future<Boolean> next() {
    if (part.next() != null) {
      return read(section, part.next());
    }
    begun = false;
    listed = false;
    return sections.hasNext() ? read(sections.next(), Mark.BEGIN) : isWhole();
  }

  /** What is read of an account that is being deleted lacks what is gone already. */
  private Future<Boolean> isWhole() {
    return bus.ask(ExportApi.READ_SECTION, new ReadSection(userId, Section.ACCOUNT, Mark.BEGIN)).compose(read ->
        read.rows().stream().anyMatch(account -> account.get("username").equals(username))
            ? Future.succeededFuture(false) : Future.failedFuture("the account is no more"));
  }

  /** The page as it continues the document: the account is an object, everything else a list. */
  private Buffer text() {
    boolean one = section == Section.ACCOUNT;
    Buffer text = Buffer.buffer();
    if (!begun) {
      text.appendString(",\"" + section.text() + (one ? "\":" : "\":["));
      begun = true;
    }
    for (Map<String, Object> row : part.rows()) {
      text.appendString(listed ? ",\n" : "").appendBytes(JsonBytes.encode(256, json -> value(json, row)));
      listed = true;
    }
    return one || part.next() != null ? text : text.appendString("]");
  }

  private static void value(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Map<?, ?> fields) {
      json.writeStartObject();
      for (Map.Entry<?, ?> field : fields.entrySet()) {
        json.writeFieldName((String) field.getKey());
        value(json, field.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object each : list) {
        value(json, each);
      }
      json.writeEndArray();
    } else if (value instanceof Instant time) {
      json.writeString(Rfc3339.text(time));
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else if (value == null) {
      json.writeNull();
    } else {
      json.writeString(String.valueOf(value));
    }
  }
}
