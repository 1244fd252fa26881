package io.gramian.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Nway;
import io.gramian.op.Objective;
import io.gramian.op.Op;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import io.gramian.reference.math.Dense;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The losses against their definitions over the explicit scores, and how gradients are given. */
class ContrastiveReferenceTest {
  private static final Device DEVICE = Device.open("reference");
  private static final int[] LABELS = {2, 0, 2, 4};
  private static final double TAU = 0.3;
  private static final double SMOOTHING = 0.2;

  private static Case rectangular(Contrastive op) {
    return of(op).pairs(4, 5, 3, 8).labels("labels", LABELS).build("rectangular");
  }

  private static CaseBuilder of(Op op) {
    return Case.of(op, new RandomTensors(3));
  }

  private static double[] scores(Case c, Similarity similarity) {
    Bindings in = Bindings.none();
    for (String name : c.inputs().names()) {
      in = name.equals("labels") ? in : in.with(name, c.inputs().get(name));
    }
    return new SimilarityMatrix(similarity)
        .evaluate(DEVICE, in, Set.of("similarity"))
        .get("similarity")
        .toDoubles();
  }

  private static double loss(Case c) {
    return c.op().evaluate(DEVICE, c.inputs(), Set.of("loss")).get("loss").item();
  }

  @Test
  void infoNceOfLabelsTakesLabelledColumns() {
    Similarity similarity = Similarity.jgcs();
    Case c = rectangular(new Contrastive(similarity).temperature(TAU).labelSmoothing(SMOOTHING));
    double[] s = scores(c, similarity);
    double expected = 0;
    for (int i = 0; i < 4; i++) {
      double[] row = new double[5];
      for (int j = 0; j < 5; j++) {
        row[j] = s[i * 5 + j] / TAU;
      }
      double[] column = new double[4];
      for (int j = 0; j < 4; j++) {
        column[j] = s[j * 5 + LABELS[i]] / TAU;
      }
      expected += (smoothed(row, LABELS[i]) + smoothed(column, i)) / 8;
    }
    assertThat(loss(c)).isCloseTo(expected, within(1e-13));
  }

  /** (1 - e) (-log p_target) + e mean(-log p), without any care for overflow. */
  private static double smoothed(double[] logits, int target) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    double mean = 0;
    for (double logit : logits) {
      mean -= Math.log(Math.exp(logit) / sum) / logits.length;
    }
    return -(1 - SMOOTHING) * Math.log(Math.exp(logits[target]) / sum) + SMOOTHING * mean;
  }

  /** Gathered members are constants in the cross-entropies of rows, anchors in those of columns. */
  @Test
  void withoutGradientsThroughGatheredRowsEachSideHasItsOwnTerm() {
    Similarity similarity = Similarity.volume();
    Contrastive all =
        new Contrastive(similarity).temperature(TAU).labelSmoothing(SMOOTHING).normalize(false);
    Case c = rectangular(all);
    Bindings gathered =
        all.gatherWithGrad(false)
            .evaluate(DEVICE, c.inputs(), Set.of("grad_anchor", "grad_modality2"));
    for (boolean rows : new boolean[] {true, false}) {
      String input = rows ? "anchor" : "modality2";
      double[] gradient = gathered.get("grad_" + input).toDoubles();
      for (int at : new int[] {0, 11, 25}) {
        double step = 1e-5;
        double change =
            (term(rows, moved(c, input, at, step), similarity)
                    - term(rows, moved(c, input, at, -step), similarity))
                / (2 * step);
        assertThat(gradient[at]).as("%s %d", input, at).isCloseTo(change, within(1e-8));
      }
    }
  }

  private static Case moved(Case c, String input, int at, double step) {
    Tensor tensor = c.inputs().get(input);
    double[] values = tensor.toDoubles();
    values[at] += step;
    return c.with(c.inputs().with(input, Tensor.of(values, tensor.spec().shape())));
  }

  /** The cross-entropies of rows or those of columns, from the scores of raw vectors. */
  private static double term(boolean rows, Case c, Similarity similarity) {
    Bindings in = c.inputs();
    Bindings vectors =
        Bindings.of("anchor", in.get("anchor"))
            .with("modality1", in.get("modality1"))
            .with("modality2", in.get("modality2"))
            .with("modality3", in.get("modality3"));
    double[] s =
        new SimilarityMatrix(similarity, false)
            .evaluate(DEVICE, vectors, Set.of("similarity"))
            .get("similarity")
            .toDoubles();
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      int label = LABELS[i];
      int from = rows ? i * 5 : label;
      int stride = rows ? 1 : 5;
      double[] logits = new double[rows ? 5 : 4];
      for (int j = 0; j < logits.length; j++) {
        logits[j] = s[from + j * stride] / TAU;
      }
      sum += smoothed(logits, rows ? label : i) / 8;
    }
    return sum;
  }

  @Test
  void sigmoidSumsOverAllPairs() {
    Similarity similarity = Similarity.volume();
    Case c = rectangular(new Contrastive(similarity).objective(new Objective.Sigmoid(4, -1)));
    double[] s = scores(c, similarity);
    double expected = 0;
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 5; j++) {
        double y = LABELS[i] == j ? 1 : -1;
        expected -= Math.log(1 / (1 + Math.exp(-y * (4 * s[i * 5 + j] - 1)))) / 4;
      }
    }
    assertThat(loss(c)).isCloseTo(expected, within(1e-13));
  }

  @Test
  void productNegativesRunOverSlicesOfTheTensor() {
    int b = 3;
    Similarity similarity = Similarity.volume();
    Case c =
        of(new Contrastive(similarity).negatives(Negatives.PRODUCT))
            .pairs(b, b, 2, 6)
            .build("product");
    Bindings modalities =
        Bindings.of("modality1", c.inputs().get("anchor"))
            .with("modality2", c.inputs().get("modality1"))
            .with("modality3", c.inputs().get("modality2"));
    double[] s =
        new Nway(similarity)
            .evaluate(DEVICE, modalities, Set.of("tensor"))
            .get("tensor")
            .toDoubles();
    double expected = 0;
    for (int i = 0; i < b; i++) {
      double[] sums = new double[3];
      for (int t = 0; t < s.length; t++) {
        double exp = Math.exp(s[t] / 0.07);
        sums[0] += t / (b * b) == i ? exp : 0;
        sums[1] += t / b % b == i ? exp : 0;
        sums[2] += t % b == i ? exp : 0;
      }
      for (double sum : sums) {
        expected += (Math.log(sum) - s[i * (b * b + b + 1)] / 0.07) / (3 * b);
      }
    }
    assertThat(loss(c)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void missingModalityIsLikeLeavingItOut() {
    for (Similarity similarity :
        new Similarity[] {
          Similarity.volume(), Similarity.jgcs(), Similarity.jgcsSquared(), Similarity.mip()
        }) {
      Contrastive op = new Contrastive(similarity);
      Case c =
          of(op)
              .pairs(4, 4, 2, 6)
              .values("present", new double[] {1, 0, 1, 0, 1, 0, 1, 0}, 4, 2)
              .build("missing");
      Bindings without =
          Bindings.of("anchor", c.inputs().get("anchor"))
              .with("modality1", c.inputs().get("modality1"));
      Set<String> outputs = Set.of("loss", "grad_anchor", "grad_modality1");
      Bindings expected = op.evaluate(DEVICE, without, outputs);
      Bindings actual = op.evaluate(DEVICE, c.inputs(), outputs);
      for (String output : outputs) {
        assertThat(actual.get(output).toDoubles())
            .as("%s of %s", output, similarity.label())
            .containsExactly(expected.get(output).toDoubles(), within(1e-13));
      }
    }
  }

  @Test
  void largeLogitsDoNotOverflow() {
    Case c =
        of(new Contrastive(Similarity.cosine()).temperature(1e-6)).pairs(4, 4, 1, 6).build("large");
    assertThat(loss(c)).isFinite();
    Case sigmoid =
        of(new Contrastive(Similarity.cosine()).objective(new Objective.Sigmoid(1e6, 0)))
            .pairs(4, 4, 1, 6)
            .build("large");
    assertThat(loss(sigmoid)).isFinite();
  }

  @Test
  void gradientsScaleWithTheUpstreamGradientAndAccumulate() {
    Contrastive op = new Contrastive(Similarity.volume());
    CaseBuilder c = of(op).pairs(4, 4, 2, 6);
    Set<String> outputs = Set.of("loss", "grad_anchor", "grad_temperature");
    Bindings once = op.evaluate(DEVICE, c.inputs(), outputs);
    Bindings in = c.scalar("grad_loss", 2).inputs();
    Bindings out =
        Bindings.of("loss", Tensor.zeros(once.get("loss").spec()))
            .with("grad_anchor", Tensor.zeros(once.get("grad_anchor").spec()))
            .with("grad_temperature", Tensor.zeros(once.get("grad_temperature").spec()));
    PlanOptions options = PlanOptions.defaults().accumulate(true);
    try (Plan plan = op.plan(DEVICE, in.specs(), out.specs(), options)) {
      plan.run(in, out);
      plan.run(in, out);
    }
    assertThat(out.get("loss").item()).isEqualTo(once.get("loss").item());
    for (String output : Set.of("grad_anchor", "grad_temperature")) {
      double[] expected = Dense.scale(once.get(output).toDoubles(), 4);
      assertThat(out.get(output).toDoubles()).containsExactly(expected, within(1e-12));
    }
  }

  @Test
  void rowsMayBeStrided() {
    Contrastive op = new Contrastive(Similarity.volume());
    Case c = of(op).pairs(3, 3, 1, 4).build("strided");
    double[] packed = c.inputs().get("anchor").toDoubles();
    double[] wide = new double[3 * 7];
    for (int i = 0; i < 3; i++) {
      System.arraycopy(packed, i * 4, wide, i * 7, 4);
    }
    TensorSpec spec = TensorSpec.strided(DType.F64, new long[] {3, 4}, new long[] {7, 1});
    Bindings in = c.inputs().with("anchor", Tensor.of(wide, 21).view(0, spec));
    assertThat(op.evaluate(DEVICE, in, Set.of("loss")).get("loss").item()).isEqualTo(loss(c));
  }
}
