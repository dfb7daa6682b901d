package io.fastroom.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.fastroom.bus.Bus;
import io.fastroom.model.AuditEntry;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.AccountApi.AuditPage;
import io.fastroom.persistence.AccountApi.ListAudit;
import io.fastroom.persistence.AccountApi.ListRoomAudit;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Reading the audit trail. Any thread. */
final class AuditOperations implements Operation.Group {
  private final Bus bus;

  AuditOperations(Bus bus) {
    this.bus = bus;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("listAudit", this::list, "listRoomAudit", this::ofRoom);
  }

  private Future<Reply> list(Call call) {
    return bus.ask(AccountApi.LIST_AUDIT, new ListAudit(call.userId(), Cursor.id(call), call.limit()))
        .map(AuditOperations::reply);
  }

  private Future<Reply> ofRoom(Call call) {
    return bus.ask(AccountApi.LIST_ROOM_AUDIT,
            new ListRoomAudit(call.userId(), call.roomId(), Cursor.id(call), call.limit()))
        .map(AuditOperations::reply);
  }

  private static Reply reply(AuditPage page) {
    return Reply.ok(AccountJson.page(page.items(), page.more(), last -> Cursor.of(last.id()), AuditOperations::write));
  }

  private static void write(JsonGenerator json, AuditEntry entry) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", entry.id());
    Json.writeTime(json, "at", entry.at());
    json.writeFieldName("actor");
    if (entry.actor() == null) {
      json.writeNull();
    } else {
      json.writeStartObject();
      json.writeNumberField("id", entry.actor().id());
      json.writeStringField("username", entry.actor().username());
      json.writeEndObject();
    }
    json.writeStringField("action", entry.action());
    write(json, entry.target());
    if (entry.roomId() != null) {
      json.writeNumberField("room_id", entry.roomId());
    }
    if (entry.reason() != null) {
      json.writeStringField("reason", entry.reason());
    }
    json.writeObjectFieldStart("details");
    for (Map.Entry<String, String> detail : new TreeMap<>(entry.details()).entrySet()) {
      json.writeStringField(detail.getKey(), detail.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, AuditEntry.Target target) throws IOException {
    json.writeObjectFieldStart("target");
    json.writeStringField("kind", target.kind());
    json.writeFieldName("id");
    if (target.id() == null) {
      json.writeNull();
    } else {
      json.writeNumber(target.id());
    }
    json.writeStringField("name", target.name());
    json.writeEndObject();
  }
}
