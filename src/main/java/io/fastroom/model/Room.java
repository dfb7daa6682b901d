package io.fastroom.model;

import java.time.Instant;

/** A room is identified by its id; its name may change and be taken by another room. */
public record Room(long id, String name, boolean isPrivate, Instant createdAt) { }
