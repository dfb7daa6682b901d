package io.fastroom.management;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** {@code GET /verticles} and {@code PUT /verticles/{name}}. */
final class VerticlesRoutes {
  private static final int BODY_LIMIT = 4096;

  private final Scaling scaling;

  VerticlesRoutes(Scaling scaling) {
    this.scaling = scaling;
  }

  void mount(Router router) {
    router.get("/verticles").handler(this::answer);
    router.put("/verticles/:name").handler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT)).handler(this::change);
  }

  private void change(RoutingContext request) {
    String name = request.pathParam("name");
    if (!scaling.instances().containsKey(name)) {
      problem(request, 404, "Not found", "There are " + String.join(", ", scaling.instances().keySet()) + ".");
      return;
    }
    Object instances;
    try {
      instances = request.body().asJsonObject() == null ? null : request.body().asJsonObject().getValue("instances");
    } catch (DecodeException | ClassCastException e) {
      problem(request, 400, "Malformed JSON", "The body is not a JSON object.");
      return;
    }
    if (!(instances instanceof Integer wanted) || wanted < 1 || wanted > Scaling.MOST) {
      problem(request, 422, "Invalid input", "\"instances\" must be a whole number from 1 to " + Scaling.MOST + ".");
      return;
    }
    scaling.scale(name, wanted).onFailure(request::fail).onSuccess(done -> answer(request));
  }

  private void answer(RoutingContext request) {
    JsonObject json = new JsonObject();
    scaling.instances().forEach((name, instances) -> json.put(name, new JsonObject().put("instances", instances)));
    request.json(json);
  }

  private static void problem(RoutingContext request, int status, String title, String detail) {
    request.response().setStatusCode(status).putHeader("content-type", "application/problem+json")
        .end(new JsonObject().put("type", "about:blank").put("title", title).put("status", status)
            .put("detail", detail).toBuffer());
  }
}
