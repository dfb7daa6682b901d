package io.fastroom.bus;

import io.fastroom.model.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local event bus, typed. Nothing else touches {@link EventBus}. Records travel by reference and must be immutable.
 *
 * <p>Thread: any; handlers run on the context that registered them. Two messages sent from one context reach the
 * handlers of another context in the order of sending, answers included: rooms rely on it (see {@code RoomVerticle}).
 */
public final class Bus {
  /** How long an answer may take before the asker gets {@link Problem#UNAVAILABLE}, in milliseconds. */
  public static final long ANSWER_MILLIS = 10_000;

  /** As many instances as a verticle may have: when all but one are stopped, each may be asked before that one. */
  private static final int MOST_RECEIVERS = 64;
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.bus");
  private static final DeliveryOptions OPTIONS =
      new DeliveryOptions().setLocalOnly(true).setCodecName(ByReferenceCodec.NAME).setSendTimeout(ANSWER_MILLIS);
  /** What stands for a null answer: the codec is chosen by name, and a null body would not reach it. */
  private static final Object NOTHING = new Object();

  private final EventBus events;

  public Bus(Vertx vertx) {
    this.events = vertx.eventBus();
  }

  /** To be called once per Vert.x instance, before the first verticle. */
  public static void install(Vertx vertx) {
    vertx.eventBus().registerCodec(new ByReferenceCodec());
  }

  /** Asks one receiver. Fails with {@link Refused} only. */
  @SuppressWarnings("unchecked")
  public <Q, A> Future<A> ask(Address<Q, A> to, Q question) {
    return request(to, question, MOST_RECEIVERS)
        .transform(result -> result.succeeded()
            ? Future.succeededFuture(result.result().body() == NOTHING ? null : (A) result.result().body())
            : Future.failedFuture(Refused.of(result.cause())));
  }

  /** @param left how many receivers may stop before they hear it */
  private Future<Message<Object>> request(Address<?, ?> to, Object question, int left) {
    return events.request(to.name(), question, OPTIONS).recover(failure ->
        left > 1 && unheard(failure) ? request(to, question, left - 1) : Future.failedFuture(failure));
  }

  /** Whether the question reached a receiver that was just being undeployed: nobody has begun to answer it. */
  private static boolean unheard(Throwable failure) {
    return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT
        && String.valueOf(reply.getMessage()).startsWith("Discarded the request");
  }

  /** Sends a fact to one receiver, without an answer. */
  public <Q> void tell(Address<Q, Void> to, Q fact) {
    events.send(to.name(), fact, OPTIONS);
  }

  /** Sends a fact to every receiver. */
  public <Q> void announce(Address<Q, Void> to, Q fact) {
    events.publish(to.name(), fact, OPTIONS);
  }

  /** Answers questions on the calling context, on every path: a handler that throws answers {@link Problem#INTERNAL}. */
  public <Q, A> Future<MessageConsumer<Q>> answer(Address<Q, A> at, Function<Q, Future<A>> handler) {
    MessageConsumer<Q> consumer = events.localConsumer(at.name(), message -> reply(at, message, handler));
    return consumer.completion().map(consumer);
  }

  private <Q, A> void reply(Address<Q, A> at, Message<Q> message, Function<Q, Future<A>> handler) {
    Future<A> answer;
    try {
      answer = handler.apply(message.body());
    } catch (Throwable failure) {
      answer = Future.failedFuture(failure);
    }
    answer.onComplete(result -> {
      if (result.succeeded()) {
        message.reply(result.result() == null ? NOTHING : result.result(), OPTIONS);
        return;
      }
      if (!(result.cause() instanceof Refused)) {
        LOG.error("{} failed", at.name(), result.cause());
      }
      message.reply(Refused.of(result.cause()), OPTIONS);
    });
  }

  /** Hears facts on the calling context. */
  public <Q> Future<MessageConsumer<Q>> hear(Address<Q, Void> at, Consumer<Q> handler) {
    MessageConsumer<Q> consumer = events.localConsumer(at.name(), message -> {
      try {
        handler.accept(message.body());
      } catch (Throwable failure) {
        LOG.error("{} failed", at.name(), failure);
      }
    });
    return consumer.completion().map(consumer);
  }
}
