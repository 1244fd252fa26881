package io.gramian.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.conformance.Case;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Contrastive;
import io.gramian.op.LogDet;
import io.gramian.op.NtXent;
import io.gramian.op.Op;
import io.gramian.op.SemanticDensity;
import io.gramian.op.Signature.Argument;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import io.gramian.op.Volume;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Inputs at which a formula divides by zero or a root has no slope: one finite answer each. */
class DegenerateInputsTest {
  private static final Device DEVICE = Device.open("reference");

  @Test
  void dependentVectorsHaveVolumeZeroAndNoGradient() {
    double[] x = {1, 2, 3, 0, 1, 0, 2, 5, 6};
    Bindings out = volume(new Volume(), 3, 3, x);
    assertThat(out.get("volume").item()).isZero();
    assertThat(out.get("grad_vectors").toDoubles()).containsOnly(0);
  }

  @Test
  void moreVectorsThanDimensionsHaveVolumeZero() {
    double[] x = {1, 2, 0, 1, -1, 1};
    Bindings out = volume(new Volume(), 3, 2, x);
    assertThat(out.get("volume").item()).isZero();
    assertThat(out.get("grad_vectors").toDoubles()).containsOnly(0);
  }

  @Test
  void gradientOfSmallVolumesIsScaledByTheBound() {
    double[] x = {1, 0, 1, 1e-5};
    double[] bounded = volume(new Volume(), 2, 2, x).get("grad_vectors").toDoubles();
    double[] exact = volume(new Volume(false, 1e-9), 2, 2, x).get("grad_vectors").toDoubles();
    // dV/dx = (0, -1; 0, 1) + O(1e-5), scaled by V / minVolume = 0.1.
    assertThat(exact[3]).isCloseTo(1, within(1e-4));
    for (int i = 0; i < x.length; i++) {
      assertThat(bounded[i]).isCloseTo(0.1 * exact[i], within(1e-6));
    }
  }

  @Test
  void logdetOfDependentVectorsCountsThemAtTheGate() {
    double[] x = {3, 0, 0, 6, 0, 0, 0, 2, 0, 0, 0, 0};
    Bindings in =
        Bindings.of("vectors", Tensor.of(x, 1, 4, 3))
            .with("grad_logdet", Tensor.of(new double[] {1}, 1));
    Bindings out = new LogDet().evaluate(DEVICE, in, Set.of("logdet", "grad_vectors"));
    double expected = Math.log(9) + Math.log(1e-12 * 36) + Math.log(4) + Math.log(1e-30);
    assertThat(out.get("logdet").item()).isCloseTo(expected, within(1e-12));
    // Only the living vectors have gradients, 2 x / |x|^2 where they are orthogonal.
    assertThat(out.get("grad_vectors").toDoubles())
        .containsExactly(new double[] {2.0 / 3, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}, within(1e-15));
  }

  @Test
  void jgcsOfOrthogonalVectorsIsZeroWithBoundedGradient() {
    Bindings in =
        Bindings.of("anchor", Tensor.of(new double[] {1, 0, 0}, 1, 3))
            .with("modality1", Tensor.of(new double[] {0, 1, 0}, 1, 3))
            .with("modality2", Tensor.of(new double[] {0, 0, 1}, 1, 3))
            .with("grad_similarity", Tensor.of(new double[] {1}, 1, 1));
    Bindings out =
        new SimilarityMatrix(Similarity.jgcs())
            .evaluate(DEVICE, in, Set.of("similarity", "grad_anchor", "grad_modality1"));
    assertThat(out.get("similarity").item()).isZero();
    assertThat(out.get("grad_anchor").toDoubles()).containsOnly(0);
    assertThat(out.get("grad_modality1").toDoubles()).containsOnly(0);
  }

  @Test
  void jgcsOfZeroVectorsIsOne() {
    Bindings in =
        Bindings.of("anchor", Tensor.of(new double[3], 1, 3))
            .with("modality1", Tensor.of(new double[] {0, 1, 0}, 1, 3));
    Bindings out =
        new SimilarityMatrix(Similarity.jgcs()).evaluate(DEVICE, in, Set.of("similarity"));
    assertThat(out.get("similarity").item()).isEqualTo(1);
  }

  @Test
  void oneSampleHasNoNegatives() {
    Case c =
        Case.of(new Contrastive(Similarity.volume()).labelSmoothing(0), new RandomTensors(3))
            .pairs(1, 1, 3, 6)
            .build("one");
    Bindings out =
        c.op().evaluate(DEVICE, c.inputs(), Set.of("loss", "grad_anchor", "grad_temperature"));
    assertThat(out.get("loss").item()).isZero();
    assertThat(out.get("grad_anchor").toDoubles()).containsOnly(0);
    assertThat(out.get("grad_temperature").item()).isZero();
  }

  @Test
  void oneSampleOfTwoViewsHasNoNegatives() {
    Case c = Case.of(new NtXent(), new RandomTensors(3)).data("views", 2, 4).build("views");
    Bindings out = c.op().evaluate(DEVICE, c.inputs(), Set.of("loss", "grad_views"));
    assertThat(out.get("loss").item()).isZero();
    assertThat(out.get("grad_views").toDoubles()).containsOnly(0);
  }

  @Test
  void densitiesOfFarSetsAndSinglePointsAreFinite() {
    Op op = new SemanticDensity();
    Bindings x = Bindings.of("x", new RandomTensors(3).normal(4, 2));
    double[] y = {1e4, 1e4, -1e4, 2e4, 3e4, 0};
    assertFinite(op, x.with("y", Tensor.of(y, 3, 2)));
    assertFinite(op, x.with("y", Tensor.of(new double[] {1, 1}, 1, 2)));
  }

  @Test
  void ofTwoUnitVectorsVolumeIsTheSineAndJgcsTheCosine() {
    for (double angle : List.of(0.1, 1.0, Math.PI / 2, 2.0, 3.0)) {
      Bindings in =
          Bindings.of("anchor", Tensor.of(new double[] {2, 0}, 1, 2))
              .with("modality1", Tensor.of(new double[] {Math.cos(angle), Math.sin(angle)}, 1, 2));
      assertThat(score(Similarity.volume(), in))
          .isCloseTo(-Math.abs(Math.sin(angle)), within(1e-15));
      assertThat(score(Similarity.jgcs(), in)).isCloseTo(Math.abs(Math.cos(angle)), within(1e-8));
    }
  }

  private static double score(Similarity similarity, Bindings in) {
    return new SimilarityMatrix(similarity)
        .evaluate(DEVICE, in, Set.of("similarity"))
        .get("similarity")
        .item();
  }

  private static Bindings volume(Op op, int k, int d, double[] x) {
    Bindings in =
        Bindings.of("vectors", Tensor.of(x, 1, k, d))
            .with("grad_volume", Tensor.of(new double[] {1}, 1));
    return op.evaluate(DEVICE, in, Set.of("volume", "grad_vectors"));
  }

  private static void assertFinite(Op op, Bindings inputs) {
    Set<String> outputs = new LinkedHashSet<>();
    for (Argument argument : op.signature(inputs.specs()).arguments(false)) {
      outputs.add(argument.name());
    }
    op.evaluate(DEVICE, inputs, outputs)
        .asMap()
        .forEach(
            (name, tensor) ->
                assertThat(Arrays.stream(tensor.toDoubles()).allMatch(Double::isFinite))
                    .as("%s of %s: %s", name, op, Arrays.toString(tensor.toDoubles()))
                    .isTrue());
  }
}
