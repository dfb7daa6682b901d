package io.fastroom.http;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Connects every operation of openapi.yaml with its implementation; if either is missing, the start fails. */
final class RestRouter {
  private final Vertx vertx;
  private final Contract contract;
  private final Assets assets;
  private final ProblemHandler problems;

  RestRouter(Vertx vertx, Contract contract, Assets assets, ProblemHandler problems) {
    this.vertx = vertx;
    this.contract = contract;
    this.assets = assets;
    this.problems = problems;
  }

  Router build(List<Operation.Group> groups, Bearer bearer, RestLimits limits, Cors cors,
               RestMetrics metrics) {
    RouterBuilder builder = RouterBuilder.create(vertx, contract.routes());
    RequestFilter intake = new RequestFilter(cors, metrics, problems, this::methods);
    builder.rootHandler(intake);
    Map<String, Operation> operations = operations(groups);
    BodyReader bodies = new BodyReader(vertx, limits.memory());
    for (OpenAPIRoute route : builder.getRoutes()) {
      Operation operation = operations.remove(route.getOperation().getOperationId());
      if (operation == null) {
        throw new IllegalStateException("nothing answers " + route.getOperation().getOperationId());
      }
      route.setDoValidation(false)
          .addHandler(new Endpoint(contract, route.getOperation(), operation, bearer, limits, bodies,
              problems));
    }
    operations.keySet().removeAll(contract.left());
    if (!operations.isEmpty()) {
      throw new IllegalStateException("not in openapi.yaml: " + operations.keySet());
    }
    Router router = builder.createRouter();
    Pieces pieces = new Pieces(vertx);
    router.get().handler(ctx -> assets.handle(ctx, pieces));
    router.route().handler(intake::unrouted);
    Set.of(400, 404, 405, 500).forEach(status -> router.errorHandler(status, problems));
    return router;
  }

  private static Map<String, Operation> operations(List<Operation.Group> groups) {
    Map<String, Operation> all = new HashMap<>();
    for (Operation.Group group : groups) {
      group.operations().forEach((id, operation) -> {
        if (all.put(id, operation) != null) {
          throw new IllegalStateException("answered twice: " + id);
        }
      });
    }
    return all;
  }

  private Set<String> methods(String url) {
    if (assets.has(url)) {
      return Set.of("GET");
    }
    OpenAPIContract routes = contract.routes();
    Path path = routes.findPath(url);
    return path == null ? new TreeSet<>() : path.getOperations().stream()
        .map(operation -> operation.getHttpMethod().name()).collect(Collectors.toSet());
  }
}
