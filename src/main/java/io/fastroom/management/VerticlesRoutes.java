package io.fastroom.management;

import io.fastroom.bus.Refused;
import io.fastroom.http.ProblemHandler;
import io.fastroom.model.Problem;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** {@code GET /verticles} and {@code PUT /verticles/{name}}. */
final class VerticlesRoutes {
  private static final int BODY_LIMIT = 4096;
  private static final String FIELD = "instances";

  private final Scaling scaling;
  private final Phase phase;
  private final ProblemHandler problems;

  VerticlesRoutes(Scaling scaling, Phase phase, ProblemHandler problems) {
    this.scaling = scaling;
    this.phase = phase;
    this.problems = problems;
  }

  void mount(Router router) {
    router.route("/verticles").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::answer);
    router.put("/verticles/:name").handler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT)).handler(this::change);
  }

  private void change(RoutingContext request) {
    String name = request.pathParam("name");
    if (!scaling.instances().containsKey(name)) {
      refuse(request, Problem.NOT_FOUND, "There are " + String.join(", ", scaling.instances().keySet()) + ".");
      return;
    }
    JsonObject body;
    try {
      body = request.body().asJsonObject() == null ? new JsonObject() : request.body().asJsonObject();
    } catch (DecodeException | ClassCastException e) {
      refuse(request, Problem.INVALID_JSON, "The body is not a JSON object.");
      return;
    }
    String unknown = body.fieldNames().stream().filter(field -> !field.equals(FIELD)).findFirst().orElse(null);
    if (unknown != null) {
      refuse(request, Problem.INVALID_MESSAGE, "\"" + unknown + "\" is no field of this.");
      return;
    }
    // 2.0 is a whole number too.
    double wanted = body.getValue(FIELD) instanceof Number given ? given.doubleValue() : 0;
    if (wanted != Math.rint(wanted) || wanted < 1 || wanted > Scaling.MOST) {
      refuse(request, Problem.INVALID_MESSAGE, "\"instances\" must be a whole number from 1 to " + Scaling.MOST + ".");
      return;
    }
    if (!phase.isServing()) {
      // An edge that is added now would let sockets in.
      refuse(request, Problem.UNAVAILABLE, "The node is " + phase + ".");
      return;
    }
    scaling.scale(name, (int) wanted).onFailure(request::fail).onSuccess(done -> answer(request));
  }

  private void answer(RoutingContext request) {
    JsonObject json = new JsonObject();
    scaling.instances().forEach((name, instances) -> json.put(name, new JsonObject().put("instances", instances)));
    request.json(json);
  }

  private void refuse(RoutingContext request, Problem problem, String detail) {
    problems.answer(request.request(), new Refused(problem, detail));
  }
}
