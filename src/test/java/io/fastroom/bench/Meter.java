package io.fastroom.bench;

import io.fastroom.bench.load.Generator;
import java.util.List;

/** Reads how much CPU time the nodes, the generator, the servers and the rest of the machine have used. */
final class Meter {
  private final List<Node> nodes;
  private final Generator generator;
  /** Null where nobody asks about servers. */
  private final Costs servers;

  /** Since some moment; meaningful as a difference. */
  record Reading(long nanos, long nodeMicros, long generatorMicros, long machineMicros, long redisMicros,
                 long postgresMicros) {
    double seconds(Reading before) {
      return (nanos - before.nanos) / 1e9;
    }

    long nodeMicros(Reading before) {
      return nodeMicros - before.nodeMicros;
    }

    long redisMicros(Reading before) {
      return redisMicros - before.redisMicros;
    }

    long postgresMicros(Reading before) {
      return postgresMicros - before.postgresMicros;
    }

    /** Percent of one core. */
    double nodePercent(Reading before) {
      return percent(nodeMicros(before), before);
    }

    double generatorPercent(Reading before) {
      return percent(generatorMicros - before.generatorMicros, before);
    }

    /** PostgreSQL, Redis, the polling of the generator and whatever else runs here. */
    double restPercent(Reading before) {
      // The kernel counts the whole machine in coarser steps than a process.
      double all = percent(machineMicros - before.machineMicros, before);
      return Math.max(0, all - nodePercent(before) - generatorPercent(before));
    }

    private double percent(long micros, Reading before) {
      return 100.0 * micros / 1e6 / seconds(before);
    }
  }

  Meter(List<Node> nodes, Generator generator) {
    this(nodes, generator, null);
  }

  Meter(List<Node> nodes, Generator generator, Costs servers) {
    this.nodes = nodes;
    this.generator = generator;
    this.servers = servers;
  }

  Reading read() {
    return new Reading(System.nanoTime(), nodes.stream().mapToLong(Node::cpuMicros).sum(),
        generator.workedNanos() / 1_000, Proc.machineMicros(), servers == null ? 0 : servers.redisMicros(),
        servers == null ? 0 : servers.postgresMicros());
  }
}
