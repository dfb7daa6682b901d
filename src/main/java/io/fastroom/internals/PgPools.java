package io.fastroom.internals;

import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.spi.ConnectionFactory;
import java.util.function.Function;

/** Pools whose connections are made by a function of the caller's. Thread: any. */
public final class PgPools {
  private PgPools() { }

  /** Opens one connection as told; answers on the context. */
  public interface Opener {
    Future<PgConnection> open(Context context, PgConnectOptions options);
  }

  /** Makes a connection for the pool, which answers on the context. */
  public interface Connector {
    Future<PgConnection> connect(Context context);
  }

  public static Pool pool(Vertx vertx, PoolOptions options, NetClientOptions net, Function<Opener, Connector> connector) {
    PgDriver driver = new PgDriver() {
      @Override
      public ConnectionFactory<PgConnectOptions> createConnectionFactory(Vertx of, NetClientOptions transport) {
        ConnectionFactory<PgConnectOptions> factory = super.createConnectionFactory(of, transport);
        return new Factory(factory, connector.apply((context, one) -> factory.connect(context,
            one).map(PgConnection::cast)));
      }
    };
    return driver.createPool(vertx, () -> Future.succeededFuture(new PgConnectOptions()), options, net, null);
  }

  /** Its future completes on the context, whatever thread completes the promise. */
  public static <T> Promise<T> promise(Context context) {
    return ((ContextInternal) context).promise();
  }

  private record Factory(ConnectionFactory<PgConnectOptions> factory, Connector connector)
      implements ConnectionFactory<PgConnectOptions> {
    /** @param unused of the pool, which has none: the connector knows better */
    @Override
    public Future<SqlConnection> connect(Context context, PgConnectOptions unused) {
      return connector.connect(context).map(connection -> connection);
    }

    @Override
    public void close(Completable<Void> done) {
      factory.close(done);
    }
  }
}
