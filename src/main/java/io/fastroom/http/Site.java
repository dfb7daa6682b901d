package io.fastroom.http;

import io.fastroom.bus.SharedAnswer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;

/** What all edges of a node share; reading it takes most of a second, so it is done once for all. Any thread. */
record Site(Contract contract, Assets assets) {
  private static final String NAME = "fastroom.site";

  private record Reading(Future<Site> site) implements Shareable { }

  /**
   * Begins to read it the first time, and answers on the calling context.
   *
   * @param localAccounts whether there are registration, passwords and logins by them
   */
  static Future<Site> of(Vertx vertx, boolean localAccounts) {
    Reading reading = vertx.sharedData().<String, Reading>getLocalMap(NAME)
        .computeIfAbsent(NAME, name -> new Reading(onWorker(vertx, localAccounts)));
    return SharedAnswer.here(reading.site);
  }

  /** The library reads the contract on the calling context, which takes longer than an event loop may be blocked. */
  private static Future<Site> onWorker(Vertx vertx, boolean localAccounts) {
    Promise<Site> loaded = Promise.promise();
    return vertx.deployVerticle(context -> load(vertx, localAccounts).onComplete(loaded),
            new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
        .compose(vertx::undeploy).compose(undeployed -> loaded.future());
  }

  private static Future<Site> load(Vertx vertx, boolean localAccounts) {
    return Contract.load(vertx, localAccounts)
        .compose(contract -> Assets.load(vertx, contract, localAccounts)
            .map(assets -> new Site(contract, assets)));
  }
}
