/**
 * Who a request comes from and whether its page may talk to us: {@code TrustedProxies}, {@code ClientAddress},
 * {@code OriginPolicy}. REST, sockets and the edge share one policy.
 *
 * <p>Thread: any; everything is immutable. Who may call in: edge, http, websocket. It must not know: what is requested.
 */
package io.fastroom.net;
