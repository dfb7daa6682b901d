/**
 * Who somebody is: tokens, keys, password hashes, rate limits of logins, and what was revoked ({@code LiveRevocations},
 * which every request and socket asks).
 *
 * <p>Thread: each class says so; hashing has workers of its own. Who may call in: http, websocket, bridge. It must not
 * know: HTTP and frames.
 */
package io.fastroom.auth;
