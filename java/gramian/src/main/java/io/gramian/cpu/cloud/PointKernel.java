package io.gramian.cpu.cloud;

import io.gramian.cpu.simd.Simd;
import io.gramian.op.PointCloudSimilarity.Kernel;
import java.util.Arrays;

/** A kernel of squared distances and its derivative by the squared distance, on strips. */
abstract class PointKernel {
  /** The kernel of an op. */
  static PointKernel of(Kernel kernel, Simd simd) {
    return switch (kernel) {
      case Kernel.Gaussian(double sigma) -> new Gaussian(simd, sigma);
      case Kernel.InverseMultiquadric(double c) -> new InverseMultiquadric(c);
    };
  }

  /**
   * The kernel of distances.
   *
   * @param negated minus the squared distances
   * @param values gets the kernel
   */
  abstract void values(float[] negated, float[] values, int length);

  /**
   * slopes = factor * the derivative.
   *
   * @param values of the kernel
   */
  abstract void slopes(float[] values, float factor, float[] slopes, int length);

  private static final class Gaussian extends PointKernel {
    private final Simd simd;
    private final float scale;

    Gaussian(Simd simd, double sigma) {
      this.simd = simd;
      this.scale = (float) (1 / (2 * sigma * sigma));
    }

    @Override
    void values(float[] negated, float[] values, int length) {
      Arrays.fill(values, 0, length, 0);
      simd.exps().addExp(negated, 0, scale, 1, values, 0, length);
    }

    @Override
    void slopes(float[] values, float factor, float[] slopes, int length) {
      simd.strips().scale(values, 0, -scale * factor, slopes, 0, length);
    }
  }

  private static final class InverseMultiquadric extends PointKernel {
    private final float scale;

    InverseMultiquadric(double c) {
      this.scale = (float) (1 / (c * c));
    }

    @Override
    void values(float[] negated, float[] values, int length) {
      for (int i = 0; i < length; i++) {
        values[i] = 1 / (float) Math.sqrt(1 - scale * negated[i]);
      }
    }

    @Override
    void slopes(float[] values, float factor, float[] slopes, int length) {
      float factorOfCube = -factor * scale / 2;
      for (int i = 0; i < length; i++) {
        float value = values[i];
        slopes[i] = factorOfCube * value * value * value;
      }
    }
  }
}
