package io.fastroom.bus;

import io.fastroom.model.Problem;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/** A question answered with a problem. It has no stack trace: it is an answer, not a defect. */
public final class Refused extends ReplyException {
  private final Problem problem;
  private final long retryAfterMillis;

  public Refused(Problem problem) {
    this(problem, problem.title());
  }

  public Refused(Problem problem, String detail) {
    this(problem, detail, 0);
  }

  /** @param retryAfterMillis when to try again, 0 when that is not known */
  public Refused(Problem problem, String detail, long retryAfterMillis) {
    super(ReplyFailure.RECIPIENT_FAILURE, problem.ordinal(), detail);
    this.problem = problem;
    this.retryAfterMillis = retryAfterMillis;
  }

  public Problem problem() {
    return problem;
  }

  public long retryAfterMillis() {
    return retryAfterMillis;
  }

  /** What a failure of any kind means to the one who asked: itself when refused, else unavailable or internal. */
  public static Refused of(Throwable failure) {
    if (failure instanceof Refused refused) {
      return refused;
    }
    if (failure instanceof ReplyException reply && reply.failureType() != ReplyFailure.RECIPIENT_FAILURE) {
      return new Refused(Problem.UNAVAILABLE);
    }
    return new Refused(Problem.INTERNAL);
  }
}
