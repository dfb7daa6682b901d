package io.fastroom.http;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;

/** What all edges of a node share; reading it takes a second, so the first edge does it for all. Any thread. */
record Site(Contract contract, Assets assets) implements Shareable {
  private static final String NAME = "fastroom.site";

  /** @param localAccounts whether there are registration, passwords and logins by them */
  static Future<Site> of(Vertx vertx, boolean localAccounts) {
    LocalMap<String, Site> shared = vertx.sharedData().getLocalMap(NAME);
    Site site = shared.get(NAME);
    return site != null ? Future.succeededFuture(site)
        : onWorker(vertx, localAccounts).onSuccess(loaded -> shared.put(NAME, loaded));
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
