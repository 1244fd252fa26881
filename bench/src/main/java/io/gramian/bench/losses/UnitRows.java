package io.gramian.bench.losses;

import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Unit vectors as a trained model has them: rows of one sample lie near each other. Written row by
 * row to native memory, so that making them leaves no large arrays in the Java heap.
 */
final class UnitRows {
  private static final long ALIGNMENT = 256;

  /** Distance of a row from the centre of its sample, in units of the distance of centres. */
  private static final double NOISE = 0.7;

  private UnitRows() {}

  /**
   * Rows [rows, d] in f32.
   *
   * @param arena owns the memory
   * @param perSample this many neighbouring rows share a centre
   * @param stream rows of different streams share centres and nothing else
   * @param shift moves all rows of a set along the first axis, before they are made unit
   */
  static Tensor of(Arena arena, int rows, int d, int perSample, int stream, double shift) {
    TensorSpec spec = TensorSpec.of(DType.F32, rows, d);
    MemorySegment memory = arena.allocate(spec.spanBytes(), ALIGNMENT);
    double[] row = new double[d];
    for (int i = 0; i < rows; i++) {
      RandomGenerator center = generator(i / perSample);
      RandomGenerator own = generator((1L << 40) + ((long) stream << 32) + i);
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

  private static RandomGenerator generator(long seed) {
    return RandomGeneratorFactory.of("SplittableRandom").create(seed);
  }
}
