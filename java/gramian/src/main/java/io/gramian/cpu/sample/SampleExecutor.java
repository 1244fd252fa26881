package io.gramian.cpu.sample;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.StripMath;
import io.gramian.cpu.simd.Vectors;
import io.gramian.op.Op;
import io.gramian.op.Sizes;

/**
 * What ops over the k vectors of each sample, [B,k,d], share: the Gram matrix G of a sample in
 * float64, a value of it, and back from the partial derivatives with respect to G. Unit vectors are
 * never rounded: their lengths are divided out of G and multiplied into the partial derivatives.
 */
public abstract class SampleExecutor extends CpuExecutor {
  /** Samples of a task. */
  private static final int CHUNK = 16;

  public final int k;
  private final StripMath strips;
  private final Workers workers;
  private final int batch;
  private final int d;
  private final int stride;
  private final boolean normalize;
  private final float[][] scratch;

  public SampleExecutor(
      CpuDevice device,
      Op op,
      boolean normalize,
      Specs inputs,
      Specs outputs,
      PlanOptions options) {
    super(op, inputs, outputs, options);
    Sizes sizes = op.check(inputs, outputs);
    this.strips = Simd.of(device).strips();
    this.workers = device.workers();
    this.batch = sizes.intOf("B");
    this.k = sizes.intOf("k");
    this.d = sizes.intOf("d");
    this.stride = Panels.padded(d, Simd.PADDING);
    this.normalize = normalize;
    this.scratch = new float[workers.threads()][(k + 1) * stride];
  }

  /** The numbers of one task. */
  public final class Sample {
    public final double[] gram = new double[k * k];
    final double[] factors = new double[k];
    public final double[] partials = new double[k * k];
    public final SampleFactor factor = new SampleFactor(k);
  }

  /** Writes the value of a sample from its Gram matrix. */
  public abstract void value(Sample sample, int index, Bindings out);

  /**
   * Fills the symmetric partial derivatives with respect to the Gram matrix, times the upstream
   * gradient; {@link #value} has seen the sample.
   */
  public abstract void partials(Sample sample, int index, Bindings in);

  @Override
  public final long ownedBytes() {
    return 4L * scratch.length * scratch[0].length;
  }

  @Override
  public final void run(Bindings in, Bindings out) {
    Rows vectors = new Rows(in.get("vectors"));
    Gradient gradient = gradient(out, "grad_vectors");
    workers.run(
        (batch + CHUNK - 1) / CHUNK,
        (task, worker) -> {
          Sample sample = new Sample();
          for (int b = task * CHUNK; b < Math.min((task + 1) * CHUNK, batch); b++) {
            float[] rows = scratch[worker];
            measure(sample, vectors, b, rows);
            value(sample, b, out);
            if (gradient.isWanted()) {
              partials(sample, b, in);
              backward(sample, b, rows, gradient);
            }
          }
        });
  }

  private void measure(Sample sample, Rows vectors, int b, float[] rows) {
    for (int i = 0; i < k; i++) {
      vectors.read(b * k + i, rows, i * stride);
      for (int j = 0; j <= i; j++) {
        double product = strips.exactDot(rows, i * stride, rows, j * stride, d);
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
  private void backward(Sample sample, int b, float[] rows, Gradient gradient) {
    if (normalize) {
      scalePartials(sample);
    }
    int at = k * stride;
    for (int i = 0; i < k; i++) {
      strips.exactCombine(sample.partials, i * k, k, 2, rows, 0, stride, rows, at, d);
      gradient.write(b * k + i, rows, at);
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

  /** Writes an element of a result [B]. */
  public static void write(Bindings out, String name, int index, double value) {
    Tensor tensor = out.find(name);
    if (tensor != null) {
      Scalars.set(tensor.memory(), tensor.dtype(), offset(tensor, index), value);
    }
  }

  /** Reads an element of an input [B]. */
  public static double read(Bindings in, String name, int index) {
    Tensor tensor = in.get(name);
    return Scalars.get(tensor.memory(), tensor.dtype(), offset(tensor, index));
  }

  private static long offset(Tensor tensor, int index) {
    return index * tensor.spec().stride(0) * tensor.dtype().bytes();
  }
}
