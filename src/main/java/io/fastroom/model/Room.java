package io.fastroom.model;

import java.time.Instant;

/** A room is its id; the name may change and be taken again by another. */
public record Room(long id, String name, boolean isPrivate, Instant createdAt) { }
