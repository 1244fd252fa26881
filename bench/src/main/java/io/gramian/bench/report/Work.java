package io.gramian.bench.report;

import java.util.OptionalDouble;

/**
 * What a run has to do, counted once for all sides: what an implementation computes again does not
 * raise its rate. A figure that means nothing for an op is left out.
 *
 * @param flops floating-point operations of its matrix products
 * @param bytes read from inputs and written to outputs
 */
public record Work(OptionalDouble flops, OptionalDouble bytes) {
  /** Nothing that a rate could be made of. */
  public static final Work NONE = new Work(OptionalDouble.empty(), OptionalDouble.empty());

  /** Work that is bound by arithmetic. */
  public static Work flops(double flops) {
    return new Work(OptionalDouble.of(flops), OptionalDouble.empty());
  }

  /** Work that is bound by memory. */
  public static Work bytes(double bytes) {
    return new Work(OptionalDouble.empty(), OptionalDouble.of(bytes));
  }

  /** The rate that counts, of runs of a duration: operations per second, else bytes per second. */
  public OptionalDouble rate(double seconds) {
    OptionalDouble amount = flops.isPresent() ? flops : bytes;
    return amount.isPresent()
        ? OptionalDouble.of(amount.getAsDouble() / seconds)
        : OptionalDouble.empty();
  }
}
