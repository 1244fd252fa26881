package io.gramian.cpu.set;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Vectors;
import java.util.Arrays;

/** An input [B,d] of an op over sets of vectors, with a float32 sum of its gradients. */
public final class VectorSet {
  private final String name;
  private final int d;
  private final Vectors vectors;
  private final float[] gradient;

  /**
   * A set of fixed size.
   *
   * @param wantsGradient whether there will be gradients to add
   */
  public VectorSet(
      Simd simd, String name, int count, int d, boolean normalize, boolean wantsGradient) {
    this.name = name;
    this.d = d;
    this.vectors = new Vectors(simd, count, normalize);
    this.gradient = new float[wantsGradient ? Math.multiplyExact(count, d) : 0];
  }

  /** Takes the tensor of a run; the gradient becomes zero. */
  public void bind(Bindings in) {
    vectors.bind(in.get(name), null);
    Arrays.fill(gradient, 0);
  }

  Vectors vectors() {
    return vectors;
  }

  public int count() {
    return vectors.count();
  }

  /** Whether its vectors are made unit: then one engine only can make gradients. */
  boolean isNormalized() {
    return vectors.isNormalized();
  }

  /** Where engines add gradients. */
  public Gradient gradient() {
    return gradient.length == 0 ? Gradient.none() : Gradient.of(gradient, d);
  }

  /** The sum itself, [B,d]. */
  float[] sum() {
    return gradient;
  }

  /** Writes the gradient, if it is bound. */
  public void write(Bindings out, boolean accumulate) {
    Tensor tensor = out.find("grad_" + name);
    if (tensor != null) {
      Gradient output = Gradient.of(tensor, accumulate);
      for (int i = 0; i < count(); i++) {
        output.write(i, gradient, i * d);
      }
    }
  }

  public long bytes() {
    return 4L * (vectors.count() + (long) gradient.length);
  }
}
