package io.gramian.rank;

import io.gramian.Collective;
import io.gramian.DType;
import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.Tensor;
import java.util.Arrays;

/** What engines of exchanges between host memories check of their tensors. */
final class Exchanges {
  private Exchanges() {}

  /** An exchange in words, the same on all ranks that agree on it. */
  static String describe(String call, DType dtype, long... counts) {
    return call + " of " + dtype + " " + Arrays.toString(counts);
  }

  /**
   * The elements of all shards.
   *
   * @throws ShapeException if there is not a count for each rank
   */
  static long total(Collective group, long[] counts) {
    ParameterException.requireNonNull(counts, "counts of elements");
    if (counts.length != group.size() || Arrays.stream(counts).anyMatch(count -> count < 0)) {
      throw new ShapeException(
          "expected a number of elements for each of "
              + group.size()
              + " ranks, got "
              + Arrays.toString(counts));
    }
    return Arrays.stream(counts).sum();
  }

  /**
   * Checks the tensors of {@link Collective#allGather}.
   *
   * @throws ShapeException if they do not fit
   */
  static void checkGather(Collective group, Tensor shard, Tensor all, long[] counts) {
    check(all, total(group, counts));
    check(shard, counts[group.rank()]);
    checkTypes(shard, all);
  }

  /**
   * Checks the tensors of {@link Collective#reduceScatter}.
   *
   * @throws ShapeException if they do not fit
   */
  static void checkScatter(Collective group, Tensor values, Tensor shard, long[] counts) {
    check(values, total(group, counts));
    check(shard, counts[group.rank()]);
    checkTypes(shard, values);
    checkReduced(values);
  }

  /**
   * Checks the tensor of {@link Collective#allReduce}.
   *
   * @throws ShapeException if it does not fit
   */
  static void checkReduced(Tensor values) {
    ParameterException.requireNonNull(values, "a tensor");
    check(values, values.spec().elements());
    if (values.dtype() != DType.F32 && values.dtype() != DType.F64) {
      throw new ShapeException("expected f32 or f64 to add up, got " + values);
    }
  }

  private static void check(Tensor tensor, long elements) {
    ParameterException.requireNonNull(tensor, "a tensor");
    if (!tensor.place().isHost()) {
      throw new ShapeException("expected a tensor in host memory, got " + tensor);
    }
    if (!tensor.spec().isPacked() || tensor.spec().elements() != elements) {
      throw new ShapeException("expected a packed tensor of " + elements + ", got " + tensor);
    }
  }

  private static void checkTypes(Tensor shard, Tensor all) {
    if (shard.dtype() != all.dtype()) {
      throw new ShapeException("expected tensors of one element type, got " + shard + ", " + all);
    }
  }

  /** What becomes of two numbers. */
  static double reduce(double a, double b, Collective.Reduction reduction) {
    return switch (reduction) {
      case SUM -> a + b;
      case MAX -> Math.max(a, b);
    };
  }
}
