package io.gramian.cpu.sample;

import io.gramian.Bindings;
import io.gramian.TensorSpec;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.StripMath;
import io.gramian.cpu.simd.Vectors;
import java.util.Arrays;

/**
 * The engine of ops over the k vectors of each sample, {@code vectors} [B,k,d]: the Gram matrix G
 * of a sample in float64, a function of it, and back from the partial derivatives with respect to
 * G. Unit vectors are never rounded: their lengths are divided out of G and multiplied into the
 * partial derivatives.
 */
public final class SampleEngine {
  private static final int TASK_SAMPLES = 16;

  private final StripMath math;
  private final Workers workers;
  private final int batch;
  private final int k;
  private final int d;
  private final int stride;
  private final boolean normalize;
  private final float[][] scratch;
  private final Sample[] samples;

  /**
   * An engine for fixed sizes.
   *
   * @param vectors the spec of the input
   */
  public SampleEngine(Resources resources, TensorSpec vectors, boolean normalize) {
    this.math = resources.simd().strips();
    this.workers = resources.workers();
    this.batch = Math.toIntExact(vectors.size(0));
    this.k = Math.toIntExact(vectors.size(1));
    this.d = Math.toIntExact(vectors.size(2));
    this.stride = Panels.padded(d, Simd.PADDING);
    this.normalize = normalize;
    this.scratch = resources.scratch((k + 1) * stride);
    this.samples = new Sample[workers.threads()];
    Arrays.setAll(samples, worker -> new Sample(k));
  }

  /** Runs a function on all samples. */
  public void run(SampleFunction function, Bindings in, Bindings out, boolean accumulate) {
    Rows vectors = new Rows(in.get("vectors"));
    Gradient gradient = Gradient.of(out, "grad_vectors", accumulate);
    workers.run(
        Math.ceilDiv(batch, TASK_SAMPLES),
        (task, worker) -> {
          Sample sample = samples[worker];
          float[] rows = scratch[worker];
          int from = task * TASK_SAMPLES;
          for (int b = from; b < Math.min(from + TASK_SAMPLES, batch); b++) {
            sample.index = b;
            measure(sample, vectors, rows);
            function.value(sample, out);
            if (gradient.isWanted()) {
              function.partials(sample, in);
              backward(sample, rows, gradient);
            }
          }
        });
  }

  private void measure(Sample sample, Rows vectors, float[] rows) {
    for (int i = 0; i < k; i++) {
      vectors.read(sample.index * k + i, rows, i * stride);
      for (int j = 0; j <= i; j++) {
        double product = math.exactDot(rows, i * stride, rows, j * stride, d);
        sample.gram[i * k + j] = product;
        sample.gram[j * k + i] = product;
      }
    }
    if (normalize) {
      normalize(sample);
    }
  }

  private void normalize(Sample sample) {
    for (int i = 0; i < k; i++) {
      sample.factors[i] = 1 / Math.max(Math.sqrt(sample.gram[i * k + i]), Vectors.FLOOR);
    }
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        sample.gram[i * k + j] *= sample.factors[i] * sample.factors[j];
      }
    }
  }

  /** dX = 2 P X, in float64: near dependence its terms cancel. */
  private void backward(Sample sample, float[] rows, Gradient gradient) {
    if (normalize) {
      scalePartials(sample);
    }
    int at = k * stride;
    for (int i = 0; i < k * k; i++) {
      sample.partials[i] *= 2;
    }
    for (int i = 0; i < k; i++) {
      math.exactCombine(sample.partials, i * k, k, rows, stride, rows, at, d);
      gradient.write(sample.index * k + i, rows, at);
    }
  }

  /**
   * Turns coefficients of unit vectors in the gradients of unit vectors into those of raw vectors
   * in the gradients of raw vectors: f_i (g_i - u_i (u_i . g_i)), u_j = f_j x_j; below the floor
   * f_i g_i.
   */
  private void scalePartials(Sample sample) {
    for (int i = 0; i < k; i++) {
      double along = 0;
      for (int j = 0; j < k; j++) {
        along += sample.partials[i * k + j] * sample.gram[i * k + j];
      }
      if (sample.factors[i] < 1 / Vectors.FLOOR) {
        sample.partials[i * k + i] -= along;
      }
      for (int j = 0; j < k; j++) {
        sample.partials[i * k + j] *= sample.factors[i] * sample.factors[j];
      }
    }
  }
}
