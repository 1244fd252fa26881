package io.gramian.bench.report;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The columns of the CSV files, in order. A figure that was not measured is empty. */
enum Column {
  DATE("day of the run, UTC", (machine, _) -> machine.date()),
  PROCESSOR("model of the processor", (machine, _) -> machine.processor()),
  CORES("processors that Java sees", (machine, _) -> Integer.toString(machine.cores())),
  JDK("version of Java", (machine, _) -> machine.jdk()),
  SYSTEM("operating system and architecture", (machine, _) -> machine.system()),
  LOAD(
      "busy tasks in the minute before the run, by other work; negative if unknown",
      (machine, _) -> number(machine.load())),
  OP("the op, or matmul", (_, row) -> row.subject().op()),
  PASS("forward, backward or both", (_, row) -> row.subject().pass()),
  BATCH(
      "samples; rows and columns of a matrix product",
      (_, row) -> Integer.toString(row.subject().batch())),
  MODALITIES("vectors of a sample", (_, row) -> Integer.toString(row.subject().modalities())),
  DIMENSION("length of a vector", (_, row) -> Integer.toString(row.subject().dimension())),
  BACKEND("name of the backend", (_, row) -> row.subject().backend()),
  THREADS("of the backend and the peer", (_, row) -> Integer.toString(row.subject().threads())),
  RUNS("runs that were timed", (_, row) -> Integer.toString(row.time().count())),
  TIME_MS("median time of a run", (_, row) -> number(1e3 * row.time().median())),
  TIME_MIN_MS("shortest time of a run", (_, row) -> number(1e3 * row.time().minimum())),
  TIME_SPREAD(
      "half the distance of the quartiles over the median",
      (_, row) -> number(row.time().spread())),
  GFLOPS(
      "10^9 operations of the matrix products per second", (_, row) -> giga(row.flopsPerSecond())),
  GBPS("10^9 bytes of inputs and outputs per second", (_, row) -> giga(row.bytesPerSecond())),
  PEAK_GFLOPS("of fused multiply-adds alone", (_, row) -> giga(row.work().peakFlops())),
  PEAK_FRACTION("gflops over peak_gflops", (_, row) -> number(row.fractionOfPeak())),
  PEAK_MEMORY_BYTES("growth of the process in a run", (_, row) -> whole(row.peakBytes())),
  PEER("the other library", (_, row) -> row.peer().map(Measurement.Peer::name).orElse("")),
  PEER_RUNS(
      "runs of the peer that were timed",
      (_, row) -> ofPeer(row, peer -> Integer.toString(peer.time().count()))),
  PEER_TIME_MS(
      "median time of a run of the peer",
      (_, row) -> ofPeer(row, peer -> number(1e3 * peer.time().median()))),
  PEER_TIME_MIN_MS(
      "shortest time of a run of the peer",
      (_, row) -> ofPeer(row, peer -> number(1e3 * peer.time().minimum()))),
  PEER_TIME_SPREAD("as time_spread", (_, row) -> ofPeer(row, peer -> number(peer.time().spread()))),
  PEER_MEMORY_BYTES(
      "as peak_memory_bytes", (_, row) -> ofPeer(row, peer -> whole(peer.peakBytes()))),
  SPEEDUP("peer_time_ms over time_ms", (_, row) -> number(row.speedup())),
  MEMORY_RATIO("peak_memory_bytes over peer_memory_bytes", (_, row) -> number(row.memoryRatio())),
  RESULT_DIFFERENCE(
      "relative difference of the loss, or of a product, to the peer's",
      (_, row) -> row.agreement().map(agreement -> number(agreement.loss())).orElse("")),
  GRADIENT_DIFFERENCE(
      "the largest relative difference of a gradient to the peer's, over its whole array",
      (_, row) -> row.agreement().map(agreement -> number(agreement.gradients())).orElse(""));

  private final String meaning;
  private final BiFunction<Machine, Measurement, String> value;

  Column(String meaning, BiFunction<Machine, Measurement, String> value) {
    this.meaning = meaning;
    this.value = value;
  }

  /** Name in the header. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the column holds. */
  String meaning() {
    return meaning;
  }

  /** The field of a measurement. */
  String value(Machine machine, Measurement row) {
    return value.apply(machine, row);
  }

  private static String ofPeer(Measurement row, Function<Measurement.Peer, String> field) {
    return row.peer().map(field).orElse("");
  }

  private static String giga(OptionalDouble value) {
    return value.isEmpty() ? "" : number(1e-9 * value.getAsDouble());
  }

  private static String number(OptionalDouble value) {
    return value.isEmpty() ? "" : number(value.getAsDouble());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.5g", value);
  }

  private static String whole(OptionalLong value) {
    return value.isEmpty() ? "" : Long.toString(value.getAsLong());
  }
}
