package io.fastroom.wire;

import io.fastroom.model.RoomEvent;

/** An event and its JSON frame as every client gets it, encoded once; both never change. */
public record EncodedEvent(RoomEvent event, byte[] json) { }
