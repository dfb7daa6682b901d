package io.fastroom.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.fastroom.bus.Bus;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.Invite;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.AccountApi.CreateInvite;
import io.fastroom.persistence.AccountApi.DeleteInvite;
import io.fastroom.persistence.AccountApi.ListInvites;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;

/** Codes that administrators give to who may register. Any thread. */
final class InviteOperations implements Operation.Group {
  /** As many random bits as nobody guesses. */
  private static final int CODE_BYTES = 15;

  private final Bus bus;
  private final ClientAddress addresses;
  private final SecureRandom random = new SecureRandom();

  InviteOperations(Bus bus, ClientAddress addresses) {
    this.bus = bus;
    this.addresses = addresses;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("createInvite", this::create, "listInvites", this::list, "deleteInvite", this::delete);
  }

  private Future<Reply> create(Call call) {
    byte[] code = new byte[CODE_BYTES];
    random.nextBytes(code);
    return bus.ask(AccountApi.CREATE_INVITE, new CreateInvite(call.userId(),
            Base64.getUrlEncoder().withoutPadding().encodeToString(code), call.body().getInteger("uses", 1),
            TextRules.future(call.body().getString("expires"), "/expires"), addresses.of(call.request())))
        .map(invite -> Reply.created(json(invite)));
  }

  private Future<Reply> list(Call call) {
    return bus.ask(AccountApi.LIST_INVITES, new ListInvites(call.userId(), Cursor.id(call), call.limit()))
        .map(page -> Reply.ok(AccountJson.page(page.items(), page.more(), invite -> Cursor.of(invite.id()),
            InviteOperations::write)));
  }

  private Future<Reply> delete(Call call) {
    return bus.ask(AccountApi.DELETE_INVITE,
            new DeleteInvite(call.userId(), call.number("invite_id"), addresses.of(call.request())))
        .map(Reply.NO_CONTENT);
  }

  private static Buffer json(Invite invite) {
    return Buffer.buffer(JsonBytes.encode(256, json -> write(json, invite)));
  }

  private static void write(JsonGenerator json, Invite invite)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", invite.id());
    json.writeStringField("code", invite.code());
    json.writeNumberField("uses", invite.uses());
    json.writeNumberField("used", invite.used());
    Json.writeTime(json, "expires", invite.expiresAt());
    Json.writeTime(json, "created_at", invite.createdAt());
    json.writeEndObject();
  }
}
