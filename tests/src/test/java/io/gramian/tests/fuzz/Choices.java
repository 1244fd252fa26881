package io.gramian.tests.fuzz;

import io.gramian.DType;
import io.gramian.TensorSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** What a fuzzer chooses, from a seed, and what it has done last. */
final class Choices {
  private static final int REMEMBERED = 40;

  /** Sizes that no memory has, and sums and products of them that no number has. */
  private static final long[] HUGE = {1L << 40, (1L << 40) + 1, 1L << 62, Long.MAX_VALUE};

  /** Sizes beyond arrays, of which some leave a small rest as an int. */
  private static final long[] BEYOND_ARRAYS = {1L << 31, (1L << 32) + 1, 3_000_000_019L};

  /** None of them is one that memory could be had for, if only just. */
  private static final long[] HOSTILE = {
    -1, 0, 1, Long.MIN_VALUE, Long.MAX_VALUE, (1L << 62) - 4, 1L << 62
  };

  private static final double[] NUMBERS = {
    0,
    -0.0,
    1,
    -1,
    0.07,
    1e-30,
    1e30,
    -1e30,
    1e300,
    Double.MIN_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    3,
    1024
  };

  private final Random random;
  private final Deque<String> calls = new ArrayDeque<>();

  Choices(long seed) {
    random = new Random(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  /** True once in so many times. */
  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  <T> T of(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  /** One of them, rarely null. */
  <T> T orNull(T item) {
    return oneIn(40) ? null : item;
  }

  /**
   * A size beyond all memory.
   *
   * @param arrays whether beyond what Java arrays hold is enough
   */
  long huge(boolean arrays) {
    return arrays && oneIn(2)
        ? BEYOND_ARRAYS[random.nextInt(BEYOND_ARRAYS.length)]
        : HUGE[random.nextInt(HUGE.length)];
  }

  long hostile() {
    return HOSTILE[random.nextInt(HOSTILE.length)];
  }

  double number() {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }

  DType dataType() {
    return oneIn(2) ? DType.F32 : of(List.of(DType.values()));
  }

  /** Values of one kind: usual ones, or such as break formulas. */
  double[] values(int count) {
    double[] values = new double[count];
    double scale = oneIn(3) ? number() : 1;
    boolean equal = oneIn(6);
    for (int i = 0; i < count; i++) {
      values[i] = equal && i > 0 ? values[0] : scale * random.nextGaussian();
    }
    if (count > 0 && oneIn(10)) {
      values[random.nextInt(count)] = number();
    }
    return values;
  }

  /** Integers below a bound, or around it. */
  double[] labels(int count, int bound) {
    double[] values = new double[count];
    boolean astray = oneIn(4);
    for (int i = 0; i < count; i++) {
      values[i] = astray ? random.nextInt(-2, bound + 3) : random.nextInt(Math.max(bound, 1));
    }
    return values;
  }

  /** The spec, with gaps between its rows, or with something wrong. */
  TensorSpec varied(TensorSpec spec) {
    long[] shape = spec.shape();
    if (shape.length > 1 && oneIn(5)) {
      long[] strides = spec.strides();
      for (int i = 0; i < strides.length - 1; i++) {
        strides[i] = strides[i] * 2 + 1;
      }
      return TensorSpec.strided(spec.dtype(), shape, strides);
    }
    if (oneIn(40)) {
      return TensorSpec.of(of(List.of(DType.values())), shape);
    }
    if (shape.length > 0 && oneIn(40)) {
      shape[below(shape.length)] += oneIn(2) ? 1 : 2;
      return TensorSpec.of(spec.dtype(), shape);
    }
    return spec;
  }

  /** Notes what is about to be called. */
  void calls(String what) {
    if (calls.size() == REMEMBERED) {
      calls.removeFirst();
    }
    calls.addLast(what);
  }

  /** The last calls, one a line. */
  String lastCalls() {
    return String.join("\n", calls);
  }
}
