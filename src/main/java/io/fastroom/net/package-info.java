/**
 * Who a request comes from and whether its page may speak to us: {@code TrustedProxies}, {@code ClientAddress}, {@code
 * OriginPolicy}. REST, sockets and the edge share them, so that there is one policy.
 *
 * <p>Thread: any; everything is immutable. Who may call in: edge, http, websocket. It must not know: what is asked
 * for.
 */
package io.fastroom.net;
