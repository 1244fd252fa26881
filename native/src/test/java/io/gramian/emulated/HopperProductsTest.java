package io.gramian.emulated;

import static io.gramian.emulated.TestKernels.inSomeOrders;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.emulated.Tensor.Element;
import io.gramian.emulated.TestKernels.Build;
import io.gramian.emulated.TestKernels.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products by wgmma: of each layout of matrices in shared memory, and of each type. */
class HopperProductsTest {
  private static final int ROWS = 64;

  /** Four stages of 24 KiB, a result of 16 KiB, and barriers. */
  private static final int GEMM_SHARED = (4 * 24 + 16 + 1) * 1024;

  private static final Shape WARPGROUP = Shape.of(1, 128);

  /** A matrix of small numbers that bf16 and all wider types have, row by row. */
  private record Matrix(int rows, int columns, float[] values) {
    static Matrix random(int rows, int columns) {
      Random random = new Random(31L * rows + columns);
      float[] values = new float[rows * columns];
      for (int i = 0; i < values.length; i++) {
        values[i] = (random.nextInt(255) - 127) / 16.0f;
      }
      return new Matrix(rows, columns, values);
    }

    Matrix transposed() {
      float[] result = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        result[i % columns * rows + i / columns] = values[i];
      }
      return new Matrix(columns, rows, result);
    }

    short[] bf16() {
      short[] bits = new short[values.length];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = (short) (Float.floatToRawIntBits(values[i]) >> 16);
      }
      return bits;
    }

    short[] f16() {
      short[] bits = new short[values.length];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = Float.floatToFloat16(values[i]);
      }
      return bits;
    }

    byte[] bytes() {
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) Math.round(values[i] * 16);
      }
      return bytes;
    }

    Tensor boxes(TestDevice device, int width, int height, int swizzle) {
      return Tensor.of(
          Element.BF16,
          device.upload(bf16()),
          new long[] {columns, rows},
          new int[] {width, height},
          swizzle);
    }
  }

  private static void run(TestKernels.Body body) {
    TestDevice.libraryOrSkip();
    inSomeOrders(Build.SM_90A, "products", body);
  }

  /** The result is A B^T times a scale, with the first numbers of each row alone. */
  private static void assertProduct(
      TestDevice device, long out, Matrix a, Matrix b, int depth, double scale) {
    float[] result = device.downloadFloats(out, ROWS * b.rows);
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < b.rows; j++) {
        double sum = 0.0;
        for (int k = 0; k < depth; k++) {
          sum += (double) a.values[i * a.columns + k] * b.values[j * b.columns + k];
        }
        assertThat((double) result[i * b.rows + j])
            .as("row %d, column %d", i, j)
            .isCloseTo(sum * scale, within(1e-3 * Math.abs(scale)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"product_128, 64, 3", "product_64, 32, 2", "product_32, 16, 1"})
  void swizzledRows(String kernel, int width, int swizzle) {
    run(
        (device, kernels) -> {
          Matrix a = Matrix.random(ROWS, 64);
          Matrix b = Matrix.random(16, 64);
          long out = device.zeros(4 * ROWS * 16);
          kernels.run(
              kernel,
              WARPGROUP,
              out,
              a.boxes(device, width, ROWS, swizzle).map(device),
              b.boxes(device, width, 16, swizzle).map(device));
          assertProduct(device, out, a, b, width, 1);
        });
  }

  @Test
  void coreMatrices() {
    run(
        (device, kernels) -> {
          Matrix a = Matrix.random(ROWS, 16);
          Matrix b = Matrix.random(16, 16);
          long out = device.zeros(4 * ROWS * 16);
          kernels.run(
              "product_of_core_matrices",
              WARPGROUP,
              out,
              device.upload(a.bf16()),
              device.upload(b.bf16()));
          assertProduct(device, out, a, b, 16, 1);
        });
  }

  @Test
  void transposedMatrices() {
    run(
        (device, kernels) -> {
          Matrix a = Matrix.random(ROWS, 16);
          Matrix b = Matrix.random(16, 16);
          long out = device.zeros(4 * ROWS * 16);
          kernels.run(
              "product_of_transposed",
              WARPGROUP,
              out,
              a.transposed().boxes(device, ROWS, 16, 3).map(device),
              b.transposed().boxes(device, 16, 16, 1).map(device));
          assertProduct(device, out, a, b, 16, 1);
        });
  }

  @Test
  void matrixInRegisters() {
    run(
        (device, kernels) -> {
          Matrix a = Matrix.random(ROWS, 16);
          Matrix b = Matrix.random(16, 16);
          long out = device.zeros(4 * ROWS * 16);
          MemorySegment map = a.boxes(device, 16, ROWS, 1).map(device);
          kernels.run(
              "product_of_registers",
              WARPGROUP,
              out,
              device.upload(a.bf16()),
              map,
              b.boxes(device, 16, 16, 1).map(device));
          assertProduct(device, out, a, b, 16, 1);
        });
  }

  @ParameterizedTest
  @CsvSource({"product_f16, 1", "product_negated, -1"})
  void halves(String kernel, int sign) {
    run(
        (device, kernels) -> {
          Matrix a = Matrix.random(ROWS, 16);
          Matrix b = Matrix.random(8, 16);
          long out = device.zeros(4 * ROWS * 8);
          kernels.run(kernel, WARPGROUP, out, device.upload(a.f16()), device.upload(b.f16()));
          assertProduct(device, out, a, b, 16, sign);
        });
  }

  @Test
  void tf32() {
    run(
        (device, kernels) -> {
          Matrix a = Matrix.random(ROWS, 8);
          Matrix b = Matrix.random(8, 8);
          long out = device.zeros(4 * ROWS * 8);
          kernels.run(
              "product_tf32", WARPGROUP, out, device.upload(a.values), device.upload(b.values));
          assertProduct(device, out, a, b, 8, 1);
        });
  }

  /** Bytes are sixteen times the matrices' numbers; those of B count without a sign. */
  @Test
  void integers() {
    run(
        (device, kernels) -> {
          Matrix a = Matrix.random(ROWS, 32);
          Matrix b = Matrix.random(8, 32);
          for (int i = 0; i < b.values.length; i++) {
            b.values[i] = Math.abs(b.values[i]);
          }
          long out = device.zeros(4 * ROWS * 8);
          kernels.run(
              "product_s8", WARPGROUP, out, device.upload(a.bytes()), device.upload(b.bytes()));
          assertProduct(device, out, a, b, 32, 256);
        });
  }

  /** The byte 0x38 is one in e4m3 and a half in e5m2. */
  @Test
  void eightBits() {
    run(
        (device, kernels) -> {
          byte[] a = new byte[ROWS * 32];
          byte[] b = new byte[8 * 32];
          Arrays.fill(a, (byte) 0x38);
          Arrays.fill(b, (byte) 0x38);
          long out = device.zeros(4 * ROWS * 8);
          kernels.run("product_e4m3", WARPGROUP, out, device.upload(a), device.upload(b));
          assertThat(device.downloadFloats(out, ROWS * 8)).containsOnly(16.0f);
        });
  }

  /** A whole product: stages, multicast in clusters, warps with roles of their own. */
  @Test
  void ofLargeMatrices() {
    TestDevice.libraryOrSkip();
    inSomeOrders(
        Build.SM_90A,
        "gemm",
        (device, kernels) -> {
          int rows = 512;
          int columns = 128;
          int depth = 384;
          Matrix a = Matrix.random(rows, depth);
          Matrix b = Matrix.random(columns, depth);
          long out = device.zeros(2L * rows * columns);
          Tensor result =
              Tensor.of(Element.BF16, out, new long[] {columns, rows}, new int[] {64, 64}, 3);
          assertThat(kernels.trySetDynamicShared("gemm", GEMM_SHARED)).isZero();
          kernels.run(
              "gemm",
              Shape.of(4, 384).withShared(GEMM_SHARED),
              a.boxes(device, 64, 128, 3).map(device),
              b.boxes(device, 64, 32, 3).map(device),
              result.map(device),
              rows,
              columns,
              depth);
          short[] values =
              device.download(out, 2L * rows * columns).toArray(ValueLayout.JAVA_SHORT);
          for (int i = 0; i < rows; i += 3) {
            for (int j = 0; j < columns; j++) {
              double sum = 0.0;
              for (int k = 0; k < depth; k++) {
                sum += (double) a.values[i * depth + k] * b.values[j * depth + k];
              }
              assertThat((double) Float.intBitsToFloat(values[i * columns + j] << 16))
                  .as("row %d, column %d", i, j)
                  .isCloseTo(sum, within(Math.abs(sum) * 0x1p-8 + 1e-3));
            }
          }
        });
  }
}
