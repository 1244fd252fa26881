package io.gramian.bench.workload;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/**
 * Makes inputs, the same ones for the same seed, written row by row to native memory, so that
 * making them leaves no large arrays in the Java heap.
 */
public final class Inputs {
  private static final long ALIGNMENT = 256;

  /** Distance of a row from the centre of its sample, in units of the distance of centres. */
  private static final double NOISE = 0.7;

  /** Keeps the streams of neighbouring seeds apart. */
  private static final long SPREAD = 0x5851F42D4C957F2DL;

  private final Arena arena;
  private final long seed;

  /**
   * @param arena owns the memory
   * @param seed of all numbers
   */
  public Inputs(Arena arena, long seed) {
    this.arena = arena;
    this.seed = seed * SPREAD;
  }

  /** Rows of a tuple's members: unit vectors, those of a sample near each other. */
  Bindings tuples(List<String> names, int batch, int d) {
    Bindings inputs = Bindings.none();
    for (int l = 0; l < names.size(); l++) {
      inputs = inputs.with(names.get(l), unitRows(batch, d, 1, l, 0));
    }
    return inputs;
  }

  /** A seed for what has a generator of its own. */
  long seed() {
    return seed;
  }

  /**
   * Unit vectors [rows, d] as a trained model has them: rows of one sample lie near each other.
   *
   * @param perSample this many neighbouring rows share a centre
   * @param stream rows of different streams share centres and nothing else
   * @param shift moves all rows of a set along the first axis, before they are made unit
   */
  Tensor unitRows(int rows, int d, int perSample, int stream, double shift) {
    TensorSpec spec = TensorSpec.of(DType.F32, rows, d);
    MemorySegment memory = arena.allocate(spec.spanBytes(), ALIGNMENT);
    double[] row = new double[d];
    for (int i = 0; i < rows; i++) {
      SplittableRandom center = new SplittableRandom(seed + i / perSample);
      SplittableRandom own = new SplittableRandom(seed + (1L << 40) + ((long) stream << 32) + i);
      double squares = 0;
      for (int c = 0; c < d; c++) {
        row[c] = center.nextGaussian() + NOISE * own.nextGaussian() + (c == 0 ? shift : 0);
        squares += row[c] * row[c];
      }
      double scale = 1 / Math.sqrt(squares);
      for (int c = 0; c < d; c++) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * d + c, (float) (row[c] * scale));
      }
    }
    return Tensor.of(memory, spec);
  }

  /** Uniform numbers in [-1, 1), others for every stream. */
  Tensor noise(long stream, long... shape) {
    TensorSpec spec = TensorSpec.of(DType.F32, shape);
    MemorySegment memory = arena.allocate(spec.spanBytes(), ALIGNMENT);
    SplittableRandom random = new SplittableRandom(seed + stream);
    for (long i = 0; i < spec.elements(); i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, 2 * (float) random.nextDouble() - 1);
    }
    return Tensor.of(memory, spec);
  }

  /** Given numbers. */
  Tensor values(double[] values, long... shape) {
    TensorSpec spec = TensorSpec.of(DType.F32, shape);
    Tensor tensor = Tensor.of(arena.allocate(spec.spanBytes(), ALIGNMENT), spec);
    tensor.copyFrom(values);
    return tensor;
  }

  /** Whole numbers by index. */
  Tensor labels(int count, IntUnaryOperator label) {
    TensorSpec spec = TensorSpec.of(DType.I32, count);
    MemorySegment memory = arena.allocate(spec.spanBytes(), ALIGNMENT);
    for (int i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_INT, i, label.applyAsInt(i));
    }
    return Tensor.of(memory, spec);
  }

  /** A number. */
  Tensor scalar(double value) {
    return values(new double[] {value});
  }

  /** How much memory packed f32 tensors of a shape take. */
  static double bytes(long... shape) {
    return TensorSpec.of(DType.F32, shape).spanBytes();
  }
}
