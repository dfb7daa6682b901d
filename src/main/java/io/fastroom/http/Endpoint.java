package io.fastroom.http;

import io.fastroom.auth.Principal;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.Scope;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.RequestBody;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One operation as the router calls it: identify the caller, read the body, check the input, run it, answer. Any
 * thread.
 */
final class Endpoint implements Handler<RoutingContext> {
  private static final JsonObject NOTHING = new JsonObject();

  private final String operationId;
  private final boolean secured;
  private final boolean queryToken;
  /** Any of them will do; none for what no key may do. */
  private final Set<Scope> scopes;
  private final boolean readsBody;
  private final boolean writes;
  private final List<ParameterRule> parameters;
  /** Null when there is none to check. */
  private final BodyRule bodyRule;
  private final Operation operation;
  private final Bearer bearer;
  private final RestLimits limits;
  private final BodyReader bodies;
  private final ProblemHandler problems;

  Endpoint(Contract contract, io.vertx.openapi.contract.Operation spec, Operation operation, Bearer bearer,
           RestLimits limits, BodyReader bodies, ProblemHandler problems) {
    this.operationId = spec.getOperationId();
    this.secured = contract.isSecured(operationId);
    this.queryToken = contract.takesQueryToken(operationId);
    this.scopes = contract.scopes(operationId);
    this.readsBody = spec.getHttpMethod() == HttpMethod.POST || spec.getHttpMethod() == HttpMethod.PATCH
        || spec.getRequestBody() != null;
    this.writes = spec.getHttpMethod() != HttpMethod.GET;
    this.parameters = spec.getParameters().stream()
        .filter(parameter -> parameter.getIn() != Location.HEADER).map(ParameterRule::of).toList();
    RequestBody body = spec.getRequestBody();
    this.bodyRule = body == null ? null : new BodyRule(contract.routes(), body, contract.takesForm(operationId));
    this.operation = operation;
    this.bearer = bearer;
    this.limits = limits;
    this.bodies = bodies;
    this.problems = problems;
  }

  @Override
  public void handle(RoutingContext ctx) {
    RestMetrics.operation(ctx, operationId);
    Future<Principal> caller = Future.succeededFuture(ctx).compose(this::authenticate);
    caller.compose(known -> call(ctx, known)).onComplete(
        reply -> limits.memory().answer(ctx.request(), caller.result(), reply.length(),
            () -> reply.write(ctx.response())),
        failure -> refuse(ctx, failure));
  }

  private void refuse(RoutingContext ctx, Throwable failure) {
    if (!ctx.request().isEnded()) {
      ctx.request().resume();
    }
    problems.answer(ctx.request(), failure);
  }

  private Future<Principal> authenticate(RoutingContext ctx) {
    if (readsBody) {
      BodyReader.checkAnnounced(ctx.request());
      // Identifying the caller may take a query to PostgreSQL, and the body must not have passed by then.
      ctx.request().pause();
    }
    return secured ? bearer.authenticate(ctx.request(), queryToken).compose(this::inScope) : Future.succeededFuture();
  }

  private Future<Principal> inScope(Principal caller) {
    Problem refused = caller.refuses(scopes);
    return refused == null ? Future.succeededFuture(caller) : Future.failedFuture(new Refused(refused, scopes.isEmpty()
        ? "No key may do this"
        : "The key has not the scope " + scopes.stream().map(Scope::text).sorted().collect(Collectors.joining(" or "))));
  }

  private Future<Reply> call(RoutingContext ctx, Principal caller) {
    Map<String, Object> input = parameters(ctx);
    if (!readsBody) {
      return answer(new Call(ctx.request(), RequestFilter.requestId(ctx), caller, input, NOTHING,
          RequestFilter.isHeadOnly(ctx)));
    }
    return bodies.read(ctx.request(), caller)
        .map(body -> new Call(ctx.request(), RequestFilter.requestId(ctx), caller, input, body(ctx, body),
            false))
        .compose(this::answer);
  }

  /** Callers who are not signed in have no share; what they may do is limited by the operation itself. */
  private Future<Reply> answer(Call call) {
    return call.principal() == null ? operation.handle(call) : limits.run(call, writes, operation);
  }

  private JsonObject body(RoutingContext ctx, Buffer body) {
    return bodyRule == null ? NOTHING : bodyRule.read(ctx.request(), body);
  }

  private Map<String, Object> parameters(RoutingContext ctx) {
    Map<String, Object> values = new HashMap<>();
    // Its own reading, for which a semicolon is a character like others, as it is to browsers.
    MultiMap query = ctx.request().query() == null ? null : ctx.request().params(true);
    for (ParameterRule rule : parameters) {
      if (rule.inPath()) {
        values.put(rule.name(), rule.read(ctx.pathParam(rule.name())));
      } else {
        List<String> given = query == null ? List.of() : query.getAll(rule.name());
        if (given.size() > 1) {
          throw InvalidInput.parameter(rule.name(), "must be given once");
        }
        Object value = given.isEmpty() ? rule.standard() : rule.read(given.get(0));
        if (value != null) {
          values.put(rule.name(), value);
        }
      }
    }
    return values;
  }
}
