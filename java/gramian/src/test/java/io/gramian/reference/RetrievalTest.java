package io.gramian.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Tensor;
import io.gramian.conformance.Case;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Contrastive;
import io.gramian.op.Matching;
import io.gramian.op.SampleNegatives;
import io.gramian.op.Similarity;
import io.gramian.op.TopK;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Ranking, drawing and labels. */
class RetrievalTest {
  private static final Device DEVICE = Device.open("reference");

  /** Scores of one anchor 1 with tuples m are m. */
  private static Bindings scores(double... tuples) {
    return Bindings.of("anchor", Tensor.of(new double[] {1}, 1, 1))
        .with("modality1", Tensor.of(tuples, tuples.length, 1));
  }

  @Test
  void bestComeFirstEqualOnesByIndexNanLast() {
    TopK op = new TopK(Similarity.cosine(), false, 6, 1, 4);
    Bindings in = scores(-0.0, Double.NaN, 2, 0, 3, 2).with("labels", Tensor.of(new int[] {5}, 1));
    Bindings out = op.evaluate(DEVICE, in, Set.of("indices", "scores", "ranks", "recall"));
    assertThat(out.get("indices").toInts()).containsExactly(4, 2, 5, 0, 3, 1);
    double[] scores = out.get("scores").toDoubles();
    assertThat(scores).startsWith(3, 2, 2, 0, 0);
    assertThat(scores[5]).isNaN();
    assertThat(out.get("ranks").toInts()).containsExactly(2);
    assertThat(out.get("recall").toDoubles()).containsExactly(0, 1);
  }

  @Test
  void recallIsTheShareOfAnchorsRankedBelowTheCutoff() {
    TopK op = new TopK(Similarity.cosine(), true, 1, 1, 2, 3);
    double[] anchors = {1, 0, 0, 1, 1, 0.1};
    double[] tuples = {1, 0, 0, 1, 1, 1};
    Bindings in =
        Bindings.of("anchor", Tensor.of(anchors, 3, 2)).with("modality1", Tensor.of(tuples, 3, 2));
    Bindings out = op.evaluate(DEVICE, in, Set.of("ranks", "recall", "indices"));
    assertThat(out.get("indices").toInts()).containsExactly(0, 1, 0);
    assertThat(out.get("ranks").toInts()).containsExactly(0, 0, 1);
    assertThat(out.get("recall").toDoubles())
        .containsExactly(new double[] {2.0 / 3, 1, 1}, within(1e-15));
  }

  @Test
  void negativesAreDrawnWithTheirWeightsAndNeverTheTarget() {
    double tau = 0.5;
    SampleNegatives op = new SampleNegatives(Similarity.cosine(), false, tau, 42);
    double[] tuples = {0, 0.7, 1, -4, 0.4};
    int target = 2;
    double[] weights = new double[tuples.length];
    double normalizer = 0;
    for (double tuple : tuples) {
      normalizer += Math.exp(tuple / tau);
    }
    double total = 0;
    for (int j = 0; j < tuples.length; j++) {
      weights[j] = j == target ? 0 : Math.exp(tuples[j] / tau) / normalizer + 1e-4;
      total += weights[j];
    }
    int draws = 20_000;
    int[] counts = new int[tuples.length];
    for (int step = 0; step < draws; step++) {
      Bindings in =
          scores(tuples)
              .with("labels", Tensor.of(new int[] {target}, 1))
              .with("step", Tensor.of(new int[] {step}));
      counts[op.evaluate(DEVICE, in, Set.of("indices")).get("indices").toInts()[0]]++;
    }
    assertThat(counts[target]).isZero();
    for (int j = 0; j < tuples.length; j++) {
      double p = weights[j] / total;
      double deviation = Math.sqrt(p * (1 - p) / draws);
      assertThat(counts[j] / (double) draws).isCloseTo(p, within(4 * deviation + 1e-12));
    }
  }

  @Test
  void sameSeedAndStepDrawTheSame() {
    SampleNegatives op = new SampleNegatives(Similarity.volume(), 7);
    Case c = Case.of(op, new RandomTensors(3)).pairs(40, 40, 2, 8).build("draws");
    int[] first = draw(op, c.inputs(), 0);
    assertThat(draw(op, c.inputs(), 0)).isEqualTo(first);
    assertThat(draw(op, c.inputs(), 1)).isNotEqualTo(first);
    assertThat(draw(new SampleNegatives(Similarity.volume(), 8), c.inputs(), 0))
        .isNotEqualTo(first);
  }

  private static int[] draw(SampleNegatives op, Bindings in, int step) {
    Bindings inputs = in.with("step", Tensor.of(new int[] {step}));
    return op.evaluate(DEVICE, inputs, Set.of("indices")).get("indices").toInts();
  }

  @Test
  void matchingIsTheMeanCrossEntropyOfTwoClasses() {
    double[] logits = {1, 3, -2, 0.5};
    Bindings in =
        Bindings.of("logits", Tensor.of(logits, 2, 2))
            .with("labels", Tensor.of(new int[] {1, 0}, 2));
    double expected = (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(2.5))) / 2;
    assertThat(new Matching().evaluate(DEVICE, in, Set.of("loss")).get("loss").item())
        .isCloseTo(expected, within(1e-15));
  }

  @Test
  void labelsOutOfRangeAreNamed() {
    Case c =
        Case.of(new Contrastive(Similarity.cosine()), new RandomTensors(3))
            .pairs(3, 4, 1, 2)
            .labels("labels", 0, 4, 1)
            .build("labels");
    assertThatThrownBy(() -> c.op().evaluate(DEVICE, c.inputs(), Set.of("loss")))
        .isInstanceOf(ParameterException.class)
        .hasMessage("contrastive: expected labels from 0 to 3, got 4 in row 1");
    Bindings logits =
        Bindings.of("logits", Tensor.of(new double[4], 2, 2))
            .with("labels", Tensor.of(new int[] {-1, 0}, 2));
    assertThatThrownBy(() -> new Matching().evaluate(DEVICE, logits, Set.of("loss")))
        .isInstanceOf(ParameterException.class)
        .hasMessage("matching: expected labels from 0 to 1, got -1 in row 0");
  }
}
