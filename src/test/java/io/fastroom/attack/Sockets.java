package io.fastroom.attack;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The connections of one attack, closed after it. */
final class Sockets implements AutoCloseable {
  interface Making {
    Assailant make(int i) throws IOException;
  }

  final List<Assailant> all = new ArrayList<>();

  /** Those that the node refuses are not among them. */
  Sockets open(int many, Making making) {
    for (int i = 0; i < many; i++) {
      try {
        all.add(making.make(i));
      } catch (IOException refused) {
        continue;
      }
    }
    return this;
  }

  @Override
  public void close() {
    for (Closeable one : all) {
      try {
        one.close();
      } catch (IOException gone) {
        continue;
      }
    }
  }
}
