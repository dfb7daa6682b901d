package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.model.Position;
import io.fastroom.model.Webhook;
import java.time.Duration;
import java.util.List;

/**
 * What may be asked of persistence about webhooks. The rules of {@link PersistenceApi} hold. {@code roomId} is 0 for
 * those of all rooms, which are the administrators' (or Refused NOT_ADMIN); else the actor has to be a moderator there
 * (or ROOM_NOT_FOUND, BANNED, NOT_MODERATOR). {@code address} is where the actor comes from, for the audit trail.
 */
public final class WebhookApi {
  private WebhookApi() { }

  /** Refused: TOO_MANY_WEBHOOKS. It gets what happens from now on. */
  public record CreateWebhook(long actorId, long roomId, String url, List<String> events, String secret,
                              String address) { }

  public record ListWebhooks(long actorId, long roomId) { }

  /** Refused: WEBHOOK_NOT_FOUND, as the others about one. */
  public record GetWebhook(long actorId, long roomId, long id) { }

  /** Each null to keep it. A state that is active begins the tries anew. */
  public record UpdateWebhook(long actorId, long roomId, long id, String url, List<String> events, Webhook.State state,
                              String address) { }

  public record DeleteWebhook(long actorId, long roomId, long id, String address) { }

  /** @param inRoom whose log it is; the hook's own, or that of a hook for all rooms which is named */
  public record ReplayWebhook(long actorId, long roomId, long id, long inRoom, long seq, String address) { }

  public static final Address<CreateWebhook, Webhook> CREATE = new Address<>("persistence.webhook.create");
  public static final Address<ListWebhooks, List<Webhook>> LIST = new Address<>("persistence.webhook.list");
  public static final Address<GetWebhook, Webhook> GET = new Address<>("persistence.webhook.get");
  public static final Address<UpdateWebhook, Webhook> UPDATE = new Address<>("persistence.webhook.update");
  public static final Address<DeleteWebhook, Void> DELETE = new Address<>("persistence.webhook.delete");
  public static final Address<ReplayWebhook, Webhook> REPLAY = new Address<>("persistence.webhook.replay");

  // Delivery

  /**
   * Takes hooks that have something to deliver, are due and are delivered by no other node.
   *
   * @param unproven how many of them may be hooks whose last try failed, or that were never tried
   */
  public record Claim(String node, int limit, int unproven) { }

  /**
   * @param roomId 0 for all rooms
   * @param attempts that failed, one after the other
   * @param proven whether the last try was taken
   */
  public record Claimed(long id, long revision, long roomId, String url, List<String> events, String secret,
                        int attempts, boolean proven) { }

  /** Keeps hooks for some seconds more. Answers the ids of those that are still the node's and unchanged. */
  public record Keep(String node, List<Claimed> hooks) { }

  /** Where a hook is behind. */
  public record Backlog(long hookId) { }

  /**
   * @param room its name
   * @param at up to where it has got; without a time where that is not known
   */
  public record Behind(long roomId, String room, Position at, long head) { }

  /**
   * Where to begin again in a log that does not have the position any more: before every event that can have been
   * committed after it, as far as clocks of servers agree.
   *
   * @param at with a time
   */
  public record StartOver(long roomId, Position at) { }

  /**
   * How far a hook has got. Answers false when it is not the node's any more, or was changed: nothing is written then.
   *
   * @param roomId 0 when it got nowhere
   * @param at the last event up to which all was delivered, or stepped over
   * @param status of the last answer, null for none
   * @param error null when all went well
   * @param tried whether anything was sent, or could not be
   * @param retry when to try again after an error, null else
   * @param release whether the hook is given back
   */
  public record Report(String node, Claimed hook, long roomId, Position at, Integer status, String error, boolean tried,
                       Duration retry, boolean release) { }

  /** How all hooks of rooms are. */
  public record Survey() { }

  public record Surveyed(long failing, long disabled, long lag) { }

  public static final Address<Claim, List<Claimed>> CLAIM = new Address<>("persistence.webhook.claim");
  public static final Address<Keep, List<Long>> KEEP = new Address<>("persistence.webhook.keep");
  public static final Address<Backlog, List<Behind>> BACKLOG = new Address<>("persistence.webhook.backlog");
  /** Refused: ROOM_NOT_FOUND. */
  public static final Address<StartOver, Position> START_OVER = new Address<>("persistence.webhook.start_over");
  public static final Address<Report, Boolean> REPORT = new Address<>("persistence.webhook.report");
  public static final Address<Survey, Surveyed> SURVEY = new Address<>("persistence.webhook.survey");
}
