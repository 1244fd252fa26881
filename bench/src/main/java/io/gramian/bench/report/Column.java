package io.gramian.bench.report;

import java.util.Locale;

/** The columns of CSV files, in order. A figure that was not measured is empty. */
public enum Column {
  /** When. */
  DATE("day of the run, UTC"),
  /** Of which sources. */
  COMMIT("the sources; `+` for changes that were not committed"),
  /** CPU. */
  PROCESSOR("model of the processor"),
  /** Processors. */
  CORES("processors that Java sees"),
  /** GPU. */
  GPU("model of the GPU; empty without one"),
  /** Driver. */
  DRIVER("version of the NVIDIA driver; empty without one"),
  /** Java. */
  JDK("version of Java"),
  /** Operating system. */
  SYSTEM("operating system and architecture"),
  /** Load. */
  LOAD("busy tasks in the minute before the run, by other work; negative if unknown"),
  /** Suite. */
  SUITE("`bench` (sides take turns in one process), `jmh` (microbenchmarks) or `gpu` (events)"),
  /** Op. */
  OP("the op, or `matmul`, `launch`, `plan`"),
  /** Variant. */
  VARIANT("what tells cases of an op apart, for instance `volume`"),
  /** Pass. */
  PASS("`forward`, or `both` for results and gradients"),
  /** Batch. */
  BATCH("samples; rows and columns of a matrix product"),
  /** Modalities. */
  MODALITIES("vectors of a sample"),
  /** Dimension. */
  DIMENSION("length of a vector"),
  /** Type. */
  DTYPE("element type of the inputs"),
  /** Role. */
  ROLE("`ours`, `peer`, or `limit` for what the machine can do at most"),
  /** Name. */
  NAME("who did it"),
  /** Version. */
  VERSION("of the library that did it"),
  /** Device. */
  DEVICE("where it ran: `cpu`, `cuda`, `emulated`, `reference`"),
  /** Threads. */
  THREADS("threads of the host that it used"),
  /** Runs. */
  RUNS("runs that were timed"),
  /** Median. */
  TIME_MS("median time of a run; empty if it was not measured, `note` says why"),
  /** Fast. */
  TIME_P20_MS("a fifth of the runs was faster"),
  /** Slow. */
  TIME_P80_MS("a fifth of the runs was slower"),
  /** Fastest. */
  TIME_MIN_MS("shortest time of a run"),
  /** Arithmetic. */
  GFLOPS("10^9 operations of the matrix products per second"),
  /** Memory. */
  GBPS("10^9 bytes of inputs and outputs per second"),
  /** Ceiling. */
  LIMIT("the ceiling that the rate is held against, measured in the same run"),
  /** Rate of the ceiling. */
  LIMIT_RATE("its rate, in the unit of `gflops` or `gbps`"),
  /** Fraction of the ceiling. */
  LIMIT_FRACTION("the rate over `limit_rate`"),
  /** Memory. */
  MEMORY_BYTES("what a run takes beyond its inputs"),
  /** Difference. */
  RESULT_DIFFERENCE("relative difference of the result, over its whole array"),
  /** Difference. */
  GRADIENT_DIFFERENCE("the largest relative difference of a gradient, over its whole array"),
  /** Note. */
  NOTE("what a reader must know, for instance why there is no figure");

  private final String meaning;

  Column(String meaning) {
    this.meaning = meaning;
  }

  /** Name in the header. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the column holds. */
  public String meaning() {
    return meaning;
  }
}
