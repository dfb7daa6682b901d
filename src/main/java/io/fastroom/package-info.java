/**
 * The node as a process: {@code FastRoom} (main) reads the settings, {@code App} starts and stops, {@code Node} deploys
 * the verticles in order, {@code Migrate} is the command for the schema, {@code Admin} the one for accounts.
 *
 * <p>Thread: blocking, so none of Vert.x's. Who may call in: nobody. It may know everything.
 */
package io.fastroom;
