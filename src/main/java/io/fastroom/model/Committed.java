package io.fastroom.model;

/**
 * An event this node has just committed.
 *
 * @param connId the sender's socket, null when it was not a socket
 * @param ref the sender's, null when none
 */
public record Committed(RoomEvent event, String connId, String ref) { }
