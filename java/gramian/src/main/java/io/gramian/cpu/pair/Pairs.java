package io.gramian.cpu.pair;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Vectors;
import io.gramian.op.Similarity;
import io.gramian.op.Sizes;
import java.util.ArrayList;
import java.util.List;

/**
 * The inputs {@code anchor}, {@code modality1..n} and {@code present} of ops over pairs, with the
 * engine that scores them.
 */
public final class Pairs {
  private final Vectors anchor;
  private final List<Vectors> modalities = new ArrayList<>();
  private final boolean swapped;
  private final PairEngine engine;

  /**
   * Pairs for an op.
   *
   * @param outputs of the op, among them the gradients
   * @param accumulate whether gradients are added to what is there
   */
  public Pairs(
      CpuDevice device,
      Similarity similarity,
      boolean normalize,
      Specs inputs,
      Specs outputs,
      boolean accumulate,
      Sizes sizes,
      int rowStrips) {
    this(device, similarity, normalize, inputs, outputs, accumulate, sizes, rowStrips, false);
  }

  /**
   * The same.
   *
   * @param swapped whether the anchors are the engine's tuples, and the rows of the only modality
   *     its anchors: for scores that are symmetric
   */
  public Pairs(
      CpuDevice device,
      Similarity similarity,
      boolean normalize,
      Specs inputs,
      Specs outputs,
      boolean accumulate,
      Sizes sizes,
      int rowStrips,
      boolean swapped) {
    this.swapped = swapped;
    Simd simd = Simd.of(device);
    int anchors = sizes.intOf("B1");
    int tuples = sizes.intOf("B2");
    int d = sizes.intOf("d");
    int n = inputs.numbered("modality").size();
    this.anchor = new Vectors(simd, anchors, normalize);
    for (int l = 0; l < n; l++) {
      modalities.add(new Vectors(simd, tuples, normalize));
    }
    GradientSums.Place ofAnchor = GradientSums.Place.of(outputs, "grad_anchor", accumulate);
    List<GradientSums.Place> places = new ArrayList<>();
    for (int l = 1; l <= n; l++) {
      places.add(GradientSums.Place.of(outputs, "grad_modality" + l, accumulate));
    }
    TupleRows rows;
    if (similarity instanceof Similarity.Mip) {
      rows = TupleRows.multiplied(modalities, d);
      places = List.of(GradientSums.Place.ofAll(places));
    } else {
      rows = TupleRows.stacked(modalities, d);
    }
    this.engine =
        new PairEngine(
            simd,
            device.workers(),
            PairScore.of(similarity, simd, anchors, tuples, n),
            swapped ? modalities.getFirst() : anchor,
            swapped ? TupleRows.stacked(List.of(anchor), d) : rows,
            d,
            rowStrips,
            swapped ? places.getFirst() : ofAnchor,
            swapped ? List.of(ofAnchor) : places,
            false);
  }

  public PairEngine engine() {
    return engine;
  }

  /** Takes the tensors of a run and prepares the engine. */
  public void prepare(Bindings in) {
    anchor.bind(in.get("anchor"), null);
    Tensor present = in.find("present");
    for (int l = 0; l < modalities.size(); l++) {
      modalities.get(l).bind(in.get("modality" + (l + 1)), absent(present, l));
    }
    engine.prepare();
  }

  private static Vectors.Absent absent(Tensor present, int member) {
    if (present == null) {
      return null;
    }
    long stride = present.spec().stride(0);
    int bytes = present.dtype().bytes();
    return row ->
        Scalars.get(present.memory(), present.dtype(), (row * stride + member) * bytes) == 0;
  }

  /** Makes gradients from the weights of an objective and writes those that are wanted. */
  public void backward(PairObjective objective, Bindings out, boolean accumulate) {
    List<Gradient> outputs = new ArrayList<>();
    for (int l = 1; l <= modalities.size(); l++) {
      outputs.add(Gradient.of(out.find("grad_modality" + l), accumulate));
    }
    Gradient ofAnchor = Gradient.of(out.find("grad_anchor"), accumulate);
    if (swapped) {
      engine.backward(objective, outputs.getFirst(), List.of(ofAnchor));
    } else {
      engine.backward(objective, ofAnchor, outputs);
    }
  }
}
