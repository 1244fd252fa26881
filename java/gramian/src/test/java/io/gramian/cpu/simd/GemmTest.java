package io.gramian.cpu.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.VectorUnit;
import io.gramian.spi.OpTable;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Matrix products against plain loops in float64, for every kind of left operand. */
class GemmTest {
  private static final OpTable NO_OPS = OpTable.builder(CpuDevice.class).build();

  private static final List<CpuDevice> ALL =
      List.of(
          new CpuDevice(NO_OPS, VectorUnit.best(), 1), new CpuDevice(NO_OPS, VectorUnit.none(), 1));

  @ParameterizedTest
  @CsvSource({"1,1,1", "8,32,16", "13,37,29", "64,100,300", "9,257,513", "40,7,1023"})
  void equalsPlainLoops(int rows, int width, int depth) {
    Random random = new Random(1);
    float[] a = random(random, rows * depth);
    float[] b = random(random, depth * width);
    double[] expected = new double[rows * width];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        for (int k = 0; k < depth; k++) {
          expected[i * width + j] += (double) a[i * depth + k] * b[k * width + j];
        }
      }
    }
    for (CpuDevice device : ALL) {
      Resources resources = new Resources(device);
      Simd simd = resources.simd();
      int panelColumns = simd.gemm().columns();
      Panels right = new Panels(resources, depth, width);
      for (int k = 0; k < depth; k++) {
        right.setRow(k, b, k * width);
      }
      Panels transposed = new Panels(resources, depth, width);
      float[] bt = transpose(b, depth, width);
      for (int panel = 0; panel < transposed.panels(); panel++) {
        int first = panel * panelColumns;
        int count = Math.min(panelColumns, width - first);
        transposed.setPanelTransposed(panel, bt, first * depth, depth, count);
      }
      int padded = Panels.paddedRows(rows);
      float[] byRows = Arrays.copyOf(a, padded * depth);
      float[] byColumns = new float[padded * depth + Simd.PADDING];
      for (int i = 0; i < rows; i++) {
        for (int k = 0; k < depth; k++) {
          byColumns[k * padded + i] = a[i * depth + k];
        }
      }
      check(simd, Left.rows(byRows, 0, depth), right, rows, expected);
      check(simd, Left.packed(fromRows(resources, byRows, rows, depth), 0), right, rows, expected);
      check(simd, fromColumns(resources, byColumns, rows, depth), right, rows, expected);
      check(simd, Left.rows(byRows, 0, depth), transposed, rows, expected);
    }
  }

  private static Bands fromRows(Resources resources, float[] rows, int count, int depth) {
    Bands bands = new Bands(resources, count, depth);
    for (int row = 0; row < count; row += TileKernel.ROWS) {
      int size = Math.min(TileKernel.ROWS, count - row);
      bands.setRows(row / TileKernel.ROWS, rows, row * depth, depth, size);
    }
    return bands;
  }

  /** In room for a deeper matrix, as the scratch of a worker has it. */
  private static Left fromColumns(Resources resources, float[] columns, int count, int depth) {
    return new Bands(resources, count, depth + 5)
        .ofColumns(columns, 0, Panels.paddedRows(count), count, depth);
  }

  private static void check(Simd simd, Left left, Panels right, int rows, double[] expected) {
    int depth = right.depth();
    int stride = right.panels() * right.columns() + 16;
    float[] c = new float[Panels.paddedRows(rows) * stride];
    Arrays.fill(c, Float.NaN);
    simd.gemm().multiply(left, rows, right, c, 0, stride);
    simd.gemm().add(left, rows, right, c, 0, stride);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < right.width(); j++) {
        assertThat((double) c[i * stride + j])
            .as("row %d, column %d, %s", i, j, simd.hasVectors() ? "vectors" : "scalar")
            .isEqualTo(2 * expected[i * right.width() + j], within(1e-5 * Math.sqrt(depth)));
      }
    }
  }

  private static float[] transpose(float[] m, int rows, int columns) {
    float[] t = new float[m.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        t[j * rows + i] = m[i * columns + j];
      }
    }
    return t;
  }

  private static float[] random(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
