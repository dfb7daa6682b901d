/**
 * The product's data and rules: users, rooms, members, messages, events of a room's log, the catalogue of errors
 * ({@link io.fastroom.model.Problem}) and who may do what ({@link io.fastroom.model.Permissions}).
 *
 * <p>Thread: any; everything is immutable. Who may call in: everybody. It must not know: anything else of ours, and any
 * library.
 */
package io.fastroom.model;
