package io.gramian.cli.validate;

import io.gramian.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;

/** Random host tensors. One seed gives one sequence. */
public final class CaseRandom {
  private final Random random;

  /**
   * A source of chance.
   *
   * @param seed equal seeds give equal tensors
   */
  public CaseRandom(long seed) {
    this.random = new Random(seed);
  }

  /**
   * Independent standard normal values.
   *
   * @param shape the extents
   * @return a packed tensor in f64
   */
  public Tensor normal(long... shape) {
    return Tensor.of(values(shape, random::nextGaussian), shape);
  }

  /**
   * Independent values of zero or one, one with probability 0.7.
   *
   * @param shape the extents
   * @return a packed tensor in f64
   */
  public Tensor mask(long... shape) {
    return Tensor.of(values(shape, () -> random.nextDouble() < 0.7 ? 1 : 0), shape);
  }

  /**
   * Independent integers.
   *
   * @param bound above all of them
   * @param count how many
   * @return a tensor in i32
   */
  public Tensor integers(int bound, int count) {
    return Tensor.of(random.ints(count, 0, bound).toArray(), count);
  }

  /**
   * Normal rows that share a direction, so that scores differ more than those of independent rows.
   *
   * @param rows how many rows
   * @param columns the length of a row
   * @param common [rows, columns], half of each result
   * @return a packed tensor in f64
   */
  public Tensor near(int rows, int columns, Tensor common) {
    double[] values = normal(rows, columns).toDoubles();
    double[] shared = common.toDoubles();
    Arrays.setAll(values, i -> 0.7 * values[i] + 0.7 * shared[i % shared.length]);
    return Tensor.of(values, rows, columns);
  }

  /**
   * Rows next to others.
   *
   * @param rows what is near, of values about 1
   * @param noise the deviation from it
   * @return a packed tensor in f64
   */
  public Tensor around(Tensor rows, double noise) {
    double[] values = rows.toDoubles();
    Arrays.setAll(values, i -> values[i] + noise * random.nextGaussian());
    return Tensor.of(values, rows.spec().shape());
  }

  private static double[] values(long[] shape, java.util.function.DoubleSupplier next) {
    long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return DoubleStream.generate(next).limit(count).toArray();
  }
}
