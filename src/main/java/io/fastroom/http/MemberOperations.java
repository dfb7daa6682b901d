package io.fastroom.http;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.AddMember;
import io.fastroom.persistence.PersistenceApi.Flag;
import io.fastroom.persistence.PersistenceApi.JoinRoom;
import io.fastroom.persistence.PersistenceApi.LeaveRoom;
import io.fastroom.persistence.PersistenceApi.ListMembers;
import io.fastroom.persistence.PersistenceApi.RemoveMember;
import io.fastroom.persistence.PersistenceApi.SetFlag;
import io.vertx.core.Future;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Membership and moderation. Any thread. */
final class MemberOperations implements Operation.Group {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.users");

  private final Bus bus;
  private final ClientAddress addresses;
  private final RestLimits limits;

  MemberOperations(Bus bus, ClientAddress addresses, RestLimits limits) {
    this.bus = bus;
    this.addresses = addresses;
    this.limits = limits;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("listMembers", this::list, "joinRoom", this::join, "leaveRoom", this::leave, "addMember", this::add,
        "removeMember", this::remove, "toggleModerator", call -> set(call, Flag.MODERATOR),
        "toggleBan", call -> set(call, Flag.BAN), "toggleMute", call -> set(call, Flag.MUTE));
  }

  private Future<Reply> list(Call call) {
    return bus.ask(PersistenceApi.LIST_MEMBERS,
            new ListMembers(call.userId(), call.roomId(), call.limit(), call.offset(), Cursor.id(call)))
        .map(page -> Reply.ok(Json.members(page)));
  }

  private Future<Reply> join(Call call) {
    return bus.ask(PersistenceApi.JOIN_ROOM, new JoinRoom(call.userId(), call.roomId()))
        .onFailure(refused -> moved(call, refused))
        .onSuccess(member -> log("joined", call, call.userId()))
        .map(member -> Reply.created(Json.member(member)));
  }

  private Future<Reply> leave(Call call) {
    return bus.ask(PersistenceApi.LEAVE_ROOM, new LeaveRoom(call.userId(), call.roomId()))
        .onFailure(refused -> moved(call, refused))
        .onSuccess(left -> log("left", call, call.userId()))
        .map(Reply.NO_CONTENT);
  }

  private void moved(Call call, Throwable refused) {
    if (Refused.of(refused).problem() == Problem.RATE_LIMITED) {
      limits.refused("room_moves", call);
    }
  }

  private Future<Reply> add(Call call) {
    String username = TextRules.username(call.body().getString("username"));
    return bus.ask(PersistenceApi.ADD_MEMBER, new AddMember(call.userId(), call.roomId(), username))
        .onSuccess(member -> log("added", call, member.userId()))
        .map(member -> Reply.created(Json.member(member)));
  }

  private Future<Reply> remove(Call call) {
    return bus.ask(PersistenceApi.REMOVE_MEMBER,
            new RemoveMember(call.userId(), call.roomId(), call.number("user_id"), addresses.of(call.request())))
        .onSuccess(removed -> log("removed", call, call.number("user_id")))
        .map(Reply.NO_CONTENT);
  }

  private Future<Reply> set(Call call, Flag flag) {
    Boolean enabled = call.body().getBoolean("enabled");
    return bus.ask(PersistenceApi.SET_FLAG,
            new SetFlag(call.userId(), call.roomId(), call.number("user_id"), flag, enabled,
                call.body().getString("reason"), TextRules.future(call.body().getString("until"), "/until"),
                addresses.of(call.request())))
        .onSuccess(member -> LOG.info("member flags moderator={} banned={} muted={} room={} member={} by={} request={}",
            member.isModerator(), member.isBanned(), member.isMuted(), call.roomId(), member.userId(), call.userId(),
            call.requestId()))
        .map(member -> Reply.ok(Json.member(member)));
  }

  private static void log(String what, Call call, long memberId) {
    LOG.info("member {} room={} member={} by={} request={}", what, call.roomId(), memberId, call.userId(),
        call.requestId());
  }
}
