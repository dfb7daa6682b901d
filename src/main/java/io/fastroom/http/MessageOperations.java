package io.fastroom.http;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Capacity;
import io.fastroom.model.Problem;
import io.fastroom.model.Scope;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.ChatApi;
import io.fastroom.persistence.ChatApi.Append;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.DeleteMessage;
import io.fastroom.persistence.PersistenceApi.EditMessage;
import io.fastroom.persistence.PersistenceApi.GetMessage;
import io.fastroom.persistence.PersistenceApi.GetRoom;
import io.fastroom.persistence.PersistenceApi.ListMessages;
import io.vertx.core.Future;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is said in a room. Any thread. */
final class MessageOperations implements Operation.Group {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.rooms");

  private final Bus bus;
  private final ClientAddress addresses;

  MessageOperations(Bus bus, ClientAddress addresses) {
    this.bus = bus;
    this.addresses = addresses;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("listMessages", this::list, "createMessage", this::create, "getMessage", this::get,
        "updateMessage", this::edit, "deleteMessage", this::delete);
  }

  private Future<Reply> list(Call call) {
    MessageCursor from = MessageCursor.of(call);
    boolean byId = from.id() >= 0;
    return bus.ask(PersistenceApi.LIST_MESSAGES, new ListMessages(call.userId(), call.roomId(), call.limit(),
            call.offset(), from.forwards() ? -1 : from.id(), from.forwards() ? from.id() : -1))
        .map(page -> Reply.ok(Json.messages(page, !byId, from.forwards())));
  }

  private Future<Reply> create(Call call) {
    Append chat = new Append(call.roomId(), call.userId(), call.principal().username(),
        call.body().getString("content"), call.body().getString("client_id"),
        call.body().getLong("reply_to"), null, null);
    return bus.ask(ChatApi.APPEND, chat)
        .recover(failure -> refused(call, failure))
        .map(said -> said.repeated() ? Reply.ok(Json.chat(said.event())) : Reply.created(Json.chat(said.event())));
  }

  /** To whoever is not a member a private room does not exist, which the commit does not look at. */
  private <T> Future<T> refused(Call call, Throwable failure) {
    return Refused.of(failure).problem() != Problem.NOT_IN_ROOM ? Future.failedFuture(failure)
        : bus.ask(PersistenceApi.OPEN_ROOM, new GetRoom(call.userId(), call.roomId()))
            .compose(room -> Future.failedFuture(failure));
  }

  private Future<Reply> get(Call call) {
    return bus.ask(PersistenceApi.GET_MESSAGE,
            new GetMessage(call.userId(), call.roomId(), call.number("message_id")))
        .map(message -> Reply.ok(Json.message(message)));
  }

  /** Others' messages are a moderator's affair. */
  private static Capacity as(Call call) {
    return call.principal().refuses(Scope.MODERATE) != null ? Capacity.AUTHOR
        : call.principal().refuses(Scope.WRITE) != null ? Capacity.MODERATOR : Capacity.ANY;
  }

  private Future<Reply> edit(Call call) {
    return bus.ask(PersistenceApi.EDIT_MESSAGE, new EditMessage(call.userId(), call.roomId(),
            call.number("message_id"), call.body().getString("content"), as(call),
            addresses.of(call.request())))
        .onSuccess(message -> log("edited", call))
        .map(message -> Reply.ok(Json.message(message)));
  }

  private Future<Reply> delete(Call call) {
    return bus.ask(PersistenceApi.DELETE_MESSAGE,
            new DeleteMessage(call.userId(), call.roomId(), call.number("message_id"), as(call),
                addresses.of(call.request())))
        .onSuccess(gone -> log("deleted", call))
        .map(Reply.NO_CONTENT);
  }

  private static void log(String what, Call call) {
    LOG.info("message {} message={} room={} user={} request={}", what, call.number("message_id"), call.roomId(),
        call.userId(), call.requestId());
  }
}
