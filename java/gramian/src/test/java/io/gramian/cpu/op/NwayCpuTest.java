package io.gramian.cpu.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.conformance.Aligned;
import io.gramian.conformance.RandomTensors;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.VectorUnit;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Nway;
import io.gramian.op.Similarity;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores and losses over all index tuples. */
class NwayCpuTest {
  private static final Device DEVICE = new CpuDevice(CpuOps.TABLE, VectorUnit.best(), 2);

  /** Every similarity with the numbers of modalities that it takes. */
  static Stream<Arguments> similarities() {
    Stream<Arguments> any =
        Stream.of(
                Similarity.volume(), Similarity.jgcs(), Similarity.jgcsSquared(), Similarity.mip())
            .flatMap(
                similarity -> Stream.of(2, 3, 4, 5).map(count -> Arguments.of(similarity, count)));
    return Stream.concat(
        any, Stream.of(Arguments.of(Similarity.cosine(), 2), Arguments.of(Similarity.area(), 3)));
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void tensorsEqualReference(Similarity similarity, int count) {
    tensors(similarity, true, DType.F32, count).check();
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void tensorsOfRawRowsEqualReference(Similarity similarity, int count) {
    tensors(similarity, false, DType.F32, count).check();
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void tensorsOfOtherTypesEqualReference(DType dtype) {
    tensors(Similarity.volume(), true, dtype, 3).check();
    tensors(Similarity.mip(), true, dtype, 3).check();
  }

  private static AgainstReference tensors(
      Similarity similarity, boolean normalize, DType dtype, int count) {
    AgainstReference c = new AgainstReference(new Nway(similarity, normalize), dtype);
    for (int p = 1; p <= count; p++) {
      c.data("modality" + p, p + 1, 12);
    }
    return c.upstream();
  }

  /** More rows than a cell in every modality. */
  @ParameterizedTest
  @MethodSource("similarities")
  void tensorsAcrossCellsEqualReference(Similarity similarity, int count) {
    if (count != 3) {
      return;
    }
    new AgainstReference(new Nway(similarity), DType.F32)
        .data("modality1", 530, 9)
        .data("modality2", 19, 9)
        .data("modality3", 34, 9)
        .upstream()
        .check(Set.of("tensor", "grad_modality1", "grad_modality2", "grad_modality3"));
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void lossesEqualReference(Similarity similarity, int count) {
    losses(similarity, true, DType.F32, 5, count).scalar("grad_loss", -3).check();
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void lossesOfRawRowsEqualReference(Similarity similarity, int count) {
    losses(similarity, false, DType.F32, 4, count).scalar("temperature", 40).check();
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void lossesOfOtherTypesEqualReference(DType dtype) {
    losses(Similarity.volume(), true, dtype, 9, 3).check();
    losses(Similarity.mip(), true, dtype, 9, 3).check();
  }

  /** More rows than a cell of the last member and than a job of the first. */
  @ParameterizedTest
  @MethodSource("similarities")
  void lossesAcrossCellsEqualReference(Similarity similarity, int count) {
    if (count == 3) {
      losses(similarity, true, DType.F32, 37, count).check();
    }
  }

  /** As many anchors as fill panels but not bands. */
  @ParameterizedTest
  @MethodSource("similarities")
  void lossesOfWholePanelsEqualReference(Similarity similarity, int count) {
    if (count == 3) {
      losses(similarity, true, DType.F32, 32, count).check();
    }
  }

  /** So many modalities that a cell has few rows of each. */
  @ParameterizedTest
  @MethodSource("similarities")
  @Timeout(60)
  void lossesOfManyModalitiesEqualReference(Similarity similarity, int count) {
    if (count == 5) {
      losses(similarity, true, DType.F32, 2, 9).check();
    }
  }

  private static AgainstReference losses(
      Similarity similarity, boolean normalize, DType dtype, int batch, int count) {
    Contrastive op = new Contrastive(similarity).normalize(normalize).negatives(Negatives.PRODUCT);
    return new AgainstReference(op, dtype).pairs(batch, batch, count - 1, 12);
  }

  /** Losses next to zero are what the other index tuples weigh against the diagonal. */
  @ParameterizedTest
  @MethodSource("similarities")
  void lossesOfMatchingRowsEqualReference(Similarity similarity, int count) {
    int batch = count == 5 ? 5 : 7;
    Aligned aligned = Aligned.tuples(new RandomTensors(6), similarity, count - 1, batch, 40);
    Contrastive op = new Contrastive(similarity).negatives(Negatives.PRODUCT);
    new AgainstReference(op.temperature(aligned.temperature()), DType.F32)
        .tensors(aligned.inputs())
        .check();
  }

  /** Three copies of the same rows: volumes with an index twice are 0 and have no gradient. */
  @Test
  void equalModalitiesGiveTheAnswersOfTheReference() {
    for (Similarity similarity : new Similarity[] {Similarity.volume(), Similarity.jgcs()}) {
      AgainstReference c = losses(similarity, true, DType.F32, 4, 3);
      double[] rows = c.bindings().get("anchor").toDoubles();
      c.values("modality1", rows, 4, 12).values("modality2", rows, 4, 12);
      c.check(Set.of("loss"));
      // Of the sum of weights, which is 1, next to nothing is left: what counts is the difference.
      assertThat(anchorGradient(DEVICE, similarity, c.bindings()))
          .containsExactly(
              anchorGradient(Device.open("reference"), similarity, c.bindings()), within(2e-7));
    }
  }

  private static double[] anchorGradient(Device device, Similarity similarity, Bindings in) {
    return new Contrastive(similarity)
        .negatives(Negatives.PRODUCT)
        .evaluate(device, in, Set.of("grad_anchor"))
        .get("grad_anchor")
        .toDoubles();
  }

  @Test
  void zeroRowsGiveTheAnswersOfTheReference() {
    for (Similarity similarity :
        new Similarity[] {Similarity.volume(), Similarity.jgcs(), Similarity.mip()}) {
      tensors(similarity, true, DType.F32, 3)
          .values("modality2", new double[36], 3, 12)
          .check(Set.of("tensor"));
    }
  }

  @Test
  void moreModalitiesThanDimensionsHaveVolumeZero() {
    AgainstReference c = new AgainstReference(new Nway(Similarity.volume()), DType.F32);
    Bindings in = c.modalities(3, 4, 2).bindings();
    double[] tensor =
        new Nway(Similarity.volume())
            .evaluate(DEVICE, in, Set.of("tensor"))
            .get("tensor")
            .toDoubles();
    assertThat(Arrays.stream(tensor).map(Math::abs).max().orElseThrow()).isZero();
  }

  /** Members a few thousandths of a radian apart, and a third vector in their plane. */
  @Test
  void nearlyDependentMembersGiveNoRoundingForAGradient() {
    double[] close = new double[20];
    for (int i = 0; i < 10; i++) {
      close[2 * i] = 1;
      close[2 * i + 1] = 1e-3 * (i + 1);
    }
    Nway op = new Nway(Similarity.volume());
    Bindings in =
        new AgainstReference(op, DType.F32)
            .data("modality1", 40, 2)
            .values("modality2", new double[] {1, 0}, 1, 2)
            .values("modality3", close, 10, 2)
            .upstream()
            .bindings();
    for (int p = 1; p <= 3; p++) {
      double[] gradient =
          op.evaluate(DEVICE, in, Set.of("grad_modality" + p)).get("grad_modality" + p).toDoubles();
      assertThat(Arrays.stream(gradient).map(Math::abs).max().orElseThrow()).isLessThan(1e-6);
    }
  }

  @Test
  void noRowsGiveAnEmptyTensorAndNoGradient() {
    noRows(new Nway(Similarity.cosine()), 2);
    noRows(new Nway(Similarity.volume()), 3);
    noRows(new Nway(Similarity.mip()), 3);
  }

  private static void noRows(Nway op, int count) {
    long[] shape = new long[count];
    Arrays.fill(shape, 3);
    shape[1] = 0;
    Bindings in =
        new AgainstReference(op, DType.F32)
            .modalities(3, count, 4)
            .bindings()
            .with("modality2", Tensor.zeros(TensorSpec.of(DType.F32, 0, 4)))
            .with("grad_tensor", Tensor.zeros(TensorSpec.of(DType.F32, shape)));
    float[] gradient = new float[12];
    Arrays.fill(gradient, 7);
    float[] tensor = {};
    Bindings out =
        Bindings.of("tensor", Tensor.of(tensor, shape))
            .with("grad_modality1", Tensor.of(gradient, 3, 4));
    try (Plan plan = op.plan(DEVICE, in, out)) {
      plan.run(in, out);
    }
    assertThat(gradient).containsOnly(0);
  }

  @Test
  void nonFiniteRowsMakeTheLossNaN() {
    for (Similarity similarity : new Similarity[] {Similarity.volume(), Similarity.mip()}) {
      AgainstReference c = losses(similarity, false, DType.F32, 2, 3);
      double[] rows = c.bindings().get("anchor").toDoubles();
      rows[3] = Double.NaN;
      Bindings in = c.values("anchor", rows, 2, 12).bindings();
      Contrastive op = new Contrastive(similarity).normalize(false).negatives(Negatives.PRODUCT);
      assertThat(op.evaluate(DEVICE, in, Set.of("loss")).get("loss").item()).isNaN();
    }
  }
}
