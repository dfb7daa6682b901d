/**
 * What operators see: health, readiness, metrics, and how many verticles there are, on a port of its own.
 *
 * <p>Thread: one event loop. Who may call in: operators, balancers, Prometheus. It must not know: accounts and rooms.
 */
package io.fastroom.management;
