package io.gramian.conformance;

import io.gramian.Bindings;
import io.gramian.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/** Random packed host tensors in {@code f64}. One seed gives one sequence. */
public final class RandomTensors {
  private final long seed;
  private final Random random;

  /**
   * A source of chance.
   *
   * @param seed equal seeds give equal tensors
   */
  public RandomTensors(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
  }

  /**
   * Another source, which depends on nothing but the seed of this one and a name: so that what is
   * added in one place changes no tensor elsewhere.
   */
  public RandomTensors named(String name) {
    return new RandomTensors(31 * seed + name.hashCode());
  }

  /** Independent standard normal values. */
  public Tensor normal(long... shape) {
    return fill(random::nextGaussian, shape);
  }

  /** Independent values, uniform from low to high. */
  public Tensor uniform(double low, double high, long... shape) {
    return fill(() -> random.nextDouble(low, high), shape);
  }

  /** Independent values of zero or one, one with probability 0.7. */
  public Tensor mask(long... shape) {
    return fill(() -> random.nextDouble() < 0.7 ? 1 : 0, shape);
  }

  /** Integers in {@code i32}, from 0 to below a bound. */
  public Tensor integers(int bound, int count) {
    return Tensor.of(random.ints(count, 0, bound).toArray(), count);
  }

  /**
   * Values next to others.
   *
   * @param tensor what they are next to
   * @param noise the deviation from it
   */
  public Tensor around(Tensor tensor, double noise) {
    double[] values = tensor.toDoubles();
    Arrays.setAll(values, i -> values[i] + noise * random.nextGaussian());
    return Tensor.of(values, tensor.spec().shape());
  }

  /**
   * Anchors and tuples that match: {@code anchor} [anchors, d] and {@code modality1..n} [tuples,
   * d], whose rows of one number share a direction, so that scores differ more than those of
   * independent rows.
   */
  public Bindings tuples(int n, int anchors, int tuples, int d) {
    double[] common = normal(Math.max(anchors, tuples), d).toDoubles();
    Bindings inputs = Bindings.of("anchor", sharing(common, anchors, d));
    for (int l = 1; l <= n; l++) {
      inputs = inputs.with("modality" + l, sharing(common, tuples, d));
    }
    return inputs;
  }

  private Tensor sharing(double[] common, int rows, int d) {
    double[] values = normal(rows, d).toDoubles();
    Arrays.setAll(values, i -> 0.7 * values[i] + 0.7 * common[i]);
    return Tensor.of(values, rows, d);
  }

  private static Tensor fill(DoubleSupplier next, long... shape) {
    long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return Tensor.of(DoubleStream.generate(next).limit(count).toArray(), shape);
  }
}
