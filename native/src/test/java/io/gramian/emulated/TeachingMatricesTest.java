package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emulated.TestKernels.Build;
import io.gramian.emulated.TestKernels.Shape;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products, transposes and attention, in every build of the kernels and some orders of threads. */
class TeachingMatricesTest {
  /** What the tensor cores and the approximate functions may differ by. */
  private static final double BOUND = 2e-5;

  private static int up(int n, int step) {
    return (n + step - 1) / step;
  }

  private static float[] product(float[] a, float[] b, int m, int n, int k) {
    float[] c = new float[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        for (int z = 0; z < k; z++) {
          c[i * n + j] += a[i * k + z] * b[z * n + j];
        }
      }
    }
    return c;
  }

  /** Of column-major b. */
  private static double[] product(double[] a, double[] b, int m, int n, int k, double start) {
    double[] c = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        c[i * n + j] = start;
        for (int z = 0; z < k; z++) {
          c[i * n + j] += a[i * k + z] * b[j * k + z];
        }
      }
    }
    return c;
  }

  @ParameterizedTest
  @EnumSource
  void transposes(Build build) {
    int rows = 70;
    int columns = 45;
    float[] in = Numbers.floats(1, rows * columns);
    float[] expected = new float[in.length];
    for (int i = 0; i < in.length; i++) {
      expected[i % columns * rows + i / columns] = in[i];
    }
    TestKernels.inSomeOrders(
        build,
        "transposes",
        (device, kernels) -> {
          long from = device.upload(in);
          for (String kernel :
              new String[] {"transpose_directly", "transpose_padded", "transpose_swizzled"}) {
            long out = device.allocate(4L * in.length);
            Shape shape = new Shape(up(columns, 32), up(rows, 32), 32, 8, 0);
            if (kernel.equals("transpose_directly")) {
              shape = new Shape(up(columns, 16), up(rows, 16), 16, 16, 0);
            }
            kernels.run(kernel, shape, out, from, rows, columns);
            assertThat(device.downloadFloats(out, in.length)).as(kernel).isEqualTo(expected);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void movesOfData(Build build) {
    int n = 100;
    byte[] pixels = new byte[4 * n];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (7 * i);
    }
    float[] table = Numbers.floats(2, 5 * 48);
    long[] indices = {3, -1, 0, 4, 4};
    TestKernels.inSomeOrders(
        build,
        "transposes",
        (device, kernels) -> {
          long[] planes = {device.allocate(n), device.allocate(n), device.allocate(n)};
          kernels.run(
              "split_channels",
              Shape.cover(n, 64),
              planes[0],
              planes[1],
              planes[2],
              device.upload(pixels),
              n);
          for (int c = 0; c < 3; c++) {
            byte[] plane = device.downloadBytes(planes[c], n);
            for (int i = 0; i < n; i++) {
              assertThat(plane[i]).isEqualTo(pixels[4 * i + c]);
            }
          }
          long out = device.allocate(4L * table.length);
          Shape shape = Shape.of(indices.length, 32);
          kernels.run("gather_rows", shape, out, device.upload(table), device.upload(indices), 12);
          float[] rows = device.downloadFloats(out, table.length);
          for (int i = 0; i < table.length; i++) {
            long index = indices[i / 48];
            assertThat(rows[i]).isEqualTo(index < 0 ? 0 : table[(int) index * 48 + i % 48]);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void rotaryEmbedding(Build build) {
    int rows = 9;
    int half = 8;
    float[] in = Numbers.floats(3, 2 * rows * half);
    TestKernels.inSomeOrders(
        build,
        "transposes",
        (device, kernels) -> {
          long x = device.upload(in);
          kernels.run("rotary_embedding", Shape.cover(rows * half, 32), x, rows, half, 10000f);
          Numbers.assertClose(
              device.downloadFloats(x, in.length),
              i -> {
                int pair = i / 2;
                double angle = pair / half * Math.pow(10000, -(pair % half) / (double) half);
                double a = in[2 * pair];
                double b = in[2 * pair + 1];
                return i % 2 == 0
                    ? a * Math.cos(angle) - b * Math.sin(angle)
                    : a * Math.sin(angle) + b * Math.cos(angle);
              },
              BOUND);
        });
  }

  @ParameterizedTest
  @EnumSource
  void productsOfFloats(Build build) {
    TestKernels.inSomeOrders(
        build,
        "matrix",
        (device, kernels) -> {
          for (boolean tiled : new boolean[] {true, false}) {
            int m = tiled ? 20 : 64;
            int n = tiled ? 37 : 128;
            int k = tiled ? 50 : 32;
            float[] a = Numbers.wholeFloats(4, m * k);
            float[] b = Numbers.wholeFloats(5, k * n);
            long c = device.allocate(4L * m * n);
            kernels.run(
                tiled ? "product_tiled" : "product_in_registers",
                tiled ? new Shape(up(n, 16), up(m, 16), 16, 16, 0) : new Shape(2, 1, 256, 1, 0),
                c,
                device.upload(a),
                device.upload(b),
                m,
                n,
                k);
            // Sums of whole numbers are exact.
            assertThat(device.downloadFloats(c, m * n)).isEqualTo(product(a, b, m, n, k));
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void productOfMatrixAndVector(Build build) {
    int rows = 11;
    int columns = 75;
    double[] a = Numbers.doubles(6, rows * columns);
    double[] x = Numbers.doubles(7, columns);
    TestKernels.inSomeOrders(
        build,
        "matrix",
        (device, kernels) -> {
          long y = device.allocate(8L * rows);
          kernels.run(
              "matrix_times_vector",
              Shape.cover(32 * rows, 64),
              y,
              device.upload(a),
              device.upload(x),
              rows,
              columns);
          double[] result = device.downloadDoubles(y, rows);
          for (int i = 0; i < rows; i++) {
            double sum = 0;
            for (int j = 0; j < columns; j++) {
              sum += a[i * columns + j] * x[j];
            }
            assertThat(Math.abs(result[i] - sum)).isLessThan(1e-13);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void productsOnTensorCores(Build build) {
    int[] a = Numbers.ints(8, 16 * 32, -7, 8);
    int[] b = Numbers.ints(9, 8 * 32, -7, 8);
    double[] left = Arrays.stream(a).asDoubleStream().toArray();
    double[] right = Arrays.stream(b).asDoubleStream().toArray();
    Shape warp = Shape.of(1, 32);
    TestKernels.inSomeOrders(
        build,
        "matrix",
        (device, kernels) -> {
          // Small whole numbers: every step is exact in every format.
          short[] halvesA = new short[16 * 8];
          short[] halvesB = new short[8 * 8];
          float[] floatsA = new float[16 * 8];
          float[] floatsB = new float[8 * 8];
          for (int i = 0; i < halvesA.length; i++) {
            floatsA[i] = a[i];
            halvesA[i] = Float.floatToFloat16(a[i]);
          }
          for (int i = 0; i < halvesB.length; i++) {
            floatsB[i] = b[i];
            halvesB[i] = Float.floatToFloat16(b[i]);
          }
          long d = device.allocate(8L * 16 * 8);
          kernels.run("tensor_f16", warp, d, device.upload(halvesA), device.upload(halvesB));
          double[] expected = product(left, right, 16, 8, 8, 0);
          short[] halves = device.downloadShorts(d, 128);
          kernels.run("tensor_tf32", warp, d, device.upload(floatsA), device.upload(floatsB));
          float[] floats = device.downloadFloats(d, 128);
          byte[] bytesA = new byte[16 * 32];
          byte[] bytesB = new byte[8 * 32];
          for (int i = 0; i < bytesA.length; i++) {
            bytesA[i] = (byte) a[i];
          }
          for (int i = 0; i < bytesB.length; i++) {
            bytesB[i] = (byte) b[i];
          }
          kernels.run("tensor_s8", warp, d, device.upload(bytesA), device.upload(bytesB));
          int[] ints = device.downloadInts(d, 128);
          double[] deep = product(left, right, 16, 8, 32, 1);
          for (int i = 0; i < 128; i++) {
            assertThat((double) Float.float16ToFloat(halves[i])).isEqualTo(expected[i]);
            assertThat((double) floats[i]).isEqualTo(expected[i]);
            assertThat((double) ints[i]).isEqualTo(deep[i]);
          }
          kernels.run("tensor_f64", warp, d, device.upload(left), device.upload(right));
          assertThat(device.downloadDoubles(d, 64)).isEqualTo(product(left, right, 8, 8, 4, 0.5));
        });
  }

  private static double[] attention(float[] q, float[] k, float[] v, int length, boolean causal) {
    int dim = 64;
    double[] out = new double[length * dim];
    for (int i = 0; i < length; i++) {
      double total = 0;
      for (int j = 0; j < (causal ? i + 1 : length); j++) {
        double score = 0;
        for (int d = 0; d < dim; d++) {
          score += (double) q[i * dim + d] * k[j * dim + d];
        }
        double weight = Math.exp(score / 8);
        total += weight;
        for (int d = 0; d < dim; d++) {
          out[i * dim + d] += weight * v[j * dim + d];
        }
      }
      for (int d = 0; d < dim; d++) {
        out[i * dim + d] /= total;
      }
    }
    return out;
  }

  @ParameterizedTest
  @EnumSource
  void attentionOfFloats(Build build) {
    int length = 45;
    float[] q = Numbers.floats(10, 64 * length);
    float[] k = Numbers.floats(11, 64 * length);
    float[] v = Numbers.floats(12, 64 * length);
    TestKernels.inSomeOrders(
        build,
        "attention",
        (device, kernels) -> {
          for (int causal = 0; causal < 2; causal++) {
            long out = device.allocate(4L * q.length);
            kernels.run(
                "attention_scalar",
                Shape.cover(length, 32),
                out,
                device.upload(q),
                device.upload(k),
                device.upload(v),
                length,
                causal);
            double[] expected = attention(q, k, v, length, causal != 0);
            Numbers.assertClose(device.downloadFloats(out, q.length), i -> expected[i], BOUND);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void attentionOnTensorCores(Build build) {
    int length = 128;
    short[] q = Numbers.bf16(Numbers.floats(13, 64 * length));
    short[] k = Numbers.bf16(Numbers.floats(14, 64 * length));
    short[] v = Numbers.bf16(Numbers.floats(15, 64 * length));
    double[] expected = attention(floats(q), floats(k), floats(v), length, false);
    float[][] first = new float[1][];
    TestKernels.inSomeOrders(
        build,
        "attention",
        (device, kernels) -> {
          long out = device.allocate(4L * q.length);
          kernels.run(
              "attention_tensor",
              Shape.of(length / 64, 128).withShared(5 * 64 * 64 * 2),
              out,
              device.upload(q),
              device.upload(k),
              device.upload(v),
              length);
          float[] result = device.downloadFloats(out, q.length);
          // The weights are rounded to bf16.
          Numbers.assertClose(result, i -> expected[i], 4e-3);
          first[0] = first[0] == null ? result : first[0];
          assertThat(result).isEqualTo(first[0]);
        });
  }

  private static float[] floats(short[] bits) {
    float[] values = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] = Numbers.fromBf16(bits[i]);
    }
    return values;
  }
}
