package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Committed;
import io.fastroom.model.Problem;
import io.fastroom.model.ReactionCount;
import io.fastroom.model.RoomEvent.Reaction;
import io.fastroom.persistence.ReactionApi.React;
import io.fastroom.persistence.ReactionApi.Reacted;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;

/** Reactions that are committed by one statement. Thread: the chat writer's. */
final class ReactionBatch extends Batch<ReactionBatch.PendingReaction> {
  private static final int TOO_MANY_KINDS = 8;
  private static final String APPEND = """
      SELECT outcomes, seqs, times, counts, room_names
      FROM append_reactions_v1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""";
  private static final int SIZE = 64;

  /** @param deadline of the answer, by {@link ChatWriter#now} */
  record PendingReaction(React reaction, Promise<Reacted> answer, long deadline) implements Pending {
    @Override
    public long roomId() {
      return reaction.roomId();
    }

    @Override
    public long userId() {
      return reaction.userId();
    }

    @Override
    public int size() {
      return SIZE;
    }

    @Override
    public Object subject() {
      return List.of(reaction.messageId(), reaction.userId(), reaction.emoji());
    }

    @Override
    public void fail(Throwable failure) {
      answer.tryFail(failure);
    }
  }

  ReactionBatch(long number, List<PendingReaction> items, int waitMillis) {
    super(number, items, waitMillis);
  }

  @Override
  String sql() {
    return APPEND;
  }

  @Override
  void columns(Tuple parameters) {
    parameters.addArrayOfLong(column(item -> item.reaction().userId(), Long[]::new))
        .addArrayOfString(column(item -> item.reaction().username(), String[]::new))
        .addArrayOfLong(column(item -> item.reaction().messageId(), Long[]::new))
        .addArrayOfString(column(item -> item.reaction().emoji(), String[]::new))
        .addArrayOfBoolean(column(item -> item.reaction().on(), Boolean[]::new))
        .addInteger(ReactionCount.KINDS);
  }

  @Override
  Refused refusal(int outcome) {
    return outcome == TOO_MANY_KINDS
        ? new Refused(Problem.INVALID_MESSAGE, "a message has at most " + ReactionCount.KINDS + " kinds of reactions")
        : new Refused(common(outcome));
  }

  @Override
  Result<PendingReaction> read(Row row) {
    Result<PendingReaction> result = super.read(row);
    // What is so already is not told.
    result.repeats().forEach(same -> result.answers().add(() -> same.answer().complete(new Reacted(null))));
    result.repeats().clear();
    return result;
  }

  @Override
  void appended(int i, Row row, Result<PendingReaction> result) {
    PendingReaction item = items.get(i);
    React r = item.reaction();
    Long[] seqs = row.getArrayOfLongs(1);
    OffsetDateTime[] times = row.getArrayOfOffsetDateTimes(2);
    Reaction event = new Reaction(r.roomId(), row.getArrayOfStrings(4)[i], seqs[i], times[i].toInstant(), r.messageId(),
        r.userId(), r.username(), r.emoji(), r.on(), row.getArrayOfIntegers(3)[i]);
    result.committed().add(new Committed(event, r.connId(), r.ref()));
    result.answers().add(() -> item.answer().complete(new Reacted(event)));
  }
}
