package io.gramian.cpu.set;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.pair.GradientSums;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Vectors;
import java.util.Arrays;

/** An input [B,d] of an op over sets of vectors, with a float32 sum of its gradients. */
public final class VectorSet {
  private final String name;
  private final Vectors vectors;
  private final boolean wantsGradient;
  private final float[] gradient;

  /** The input of that name; its gradient adds up if it is among the outputs. */
  public VectorSet(
      Resources resources, String name, Specs inputs, Specs outputs, boolean normalize) {
    this.name = name;
    int count = Math.toIntExact(inputs.get(name).size(0));
    int d = Math.toIntExact(inputs.get(name).size(1));
    this.vectors = new Vectors(resources, count, d, normalize);
    this.wantsGradient = outputs.has("grad_" + name);
    this.gradient = resources.floats(wantsGradient ? Math.multiplyExact(count, d) : 0);
  }

  /** Takes the tensor of a run; the gradient becomes zero. */
  public void bind(Bindings in) {
    vectors.bind(in.get(name), Vectors.Absent.NONE);
    Arrays.fill(gradient, 0);
  }

  Vectors vectors() {
    return vectors;
  }

  public int count() {
    return vectors.count();
  }

  int d() {
    return vectors.d();
  }

  /** Whether its gradient adds up. */
  public boolean wantsGradient() {
    return wantsGradient;
  }

  /** Where engines add gradients. */
  public Gradient gradient() {
    return wantsGradient ? Gradient.of(gradient, d()) : Gradient.none();
  }

  /** The place of the same. */
  GradientSums.Place place() {
    return wantsGradient ? GradientSums.Place.ADDED : GradientSums.Place.NOWHERE;
  }

  /** The sum itself, [B,d]. */
  float[] sum() {
    return gradient;
  }

  /** Writes the gradient, if it is bound. */
  public void write(Bindings out, boolean accumulate) {
    Gradient output = Gradient.of(out, "grad_" + name, accumulate);
    for (int i = 0; output.isWanted() && i < count(); i++) {
      output.write(i, gradient, i * d());
    }
  }
}
