package io.gramian.cuda.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import io.gramian.conformance.Aligned;
import io.gramian.conformance.RandomTensors;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.OpCase;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Similarity;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The loss over all index tuples on the emulated device. */
final class ProductCudaTest {
  private static Device device;

  @BeforeAll
  static void open() {
    device = Emulated.open();
  }

  @AfterAll
  static void close() {
    if (device != null) {
      device.close();
    }
  }

  static Stream<Arguments> similarities() {
    return NwayCudaTest.similarities();
  }

  private static Contrastive op(Similarity similarity) {
    return new Contrastive(similarity).negatives(Negatives.PRODUCT);
  }

  private static OpCase losses(Contrastive op, DType dtype, int batch, int count) {
    return new OpCase(op, device, dtype).data("anchor", batch, 12).modalities(batch, count - 1, 12);
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void lossesEqualReference(Similarity similarity, int count) {
    OpCase c = losses(op(similarity), DType.F32, count > 4 ? 4 : 5, count);
    c.scalar("grad_loss", DType.F32, -3).check();
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void lossesOfRawRowsEqualReference(Similarity similarity, int count) {
    OpCase c = losses(op(similarity).normalize(false), DType.F32, 4, count);
    c.scalar("temperature", DType.F32, 40).check();
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void lossesOfOtherTypesEqualReference(DType dtype) {
    for (Similarity similarity : List.of(Similarity.volume(), Similarity.mip())) {
      OpCase c = losses(op(similarity), dtype, 9, 3);
      c.scalar("temperature", dtype, 0.25).check();
    }
  }

  /** Scores that are made and forgotten box by box, the last one smaller than the others. */
  @ParameterizedTest
  @MethodSource("similarities")
  void lossesOverManyBoxesEqualReference(Similarity similarity, int count) {
    assumeTrue(count > 2, "two modalities have pairs, which know no boxes");
    Contrastive op = op(similarity);
    for (int boxScores : new int[] {7, 120}) {
      OpCase c = losses(op, DType.F32, count > 3 ? 4 : 7, count);
      c.with(
          (in, out, options) ->
              new ProductCuda((CudaDevice) device, op, in, out, options, boxScores));
      c.check(c.outputs(), DType.F32, false);
    }
  }

  /** More rows than a chunk, a block or a cell has. */
  @Test
  void longAxesEqualReference() {
    for (OpCase c :
        List.of(
            losses(op(Similarity.volume()), DType.F32, 37, 3),
            losses(op(Similarity.mip()), DType.F32, 29, 3),
            losses(op(Similarity.jgcs()), DType.F32, 600, 2))) {
      c.check(c.outputs(), DType.F32, false);
    }
  }

  @Test
  void lowTemperaturesLoseNoSlice() {
    for (double temperature : new double[] {0.01, 0.002}) {
      OpCase c = losses(op(Similarity.volume()), DType.F32, 6, 3);
      c.scalar("temperature", DType.F64, temperature);
      c.check(Set.of("loss"), DType.F32, false);
    }
  }

  /** Losses next to zero, which are what the other index tuples weigh against the diagonal. */
  @ParameterizedTest
  @MethodSource("similarities")
  void lossesOfMatchingRowsEqualReference(Similarity similarity, int count) {
    assumeTrue(count > 2, "two modalities have pairs, which are tested as such");
    int batch = count > 3 ? 4 : 7;
    Aligned aligned = Aligned.tuples(new RandomTensors(6), similarity, count - 1, batch, 40);
    for (int boxScores : new int[] {1 << 20, 50}) {
      Contrastive op = op(similarity).temperature(aligned.temperature());
      OpCase c =
          new OpCase(op, device, DType.F32)
              .tensors(aligned.inputs())
              .with(
                  (in, out, options) ->
                      new ProductCuda((CudaDevice) device, op, in, out, options, boxScores));
      c.check(c.outputs(), DType.F32, false);
    }
  }

  /** Three copies of the same rows: volumes with an index twice are 0 and have no gradient. */
  @Test
  void equalModalitiesAndZeroRowsGiveTheAnswersOfTheReference() {
    for (Similarity similarity : List.of(Similarity.volume(), Similarity.jgcsSquared())) {
      OpCase c = losses(op(similarity), DType.F32, 4, 3);
      double[] rows = c.valuesOf("anchor");
      Arrays.fill(rows, 12, 24, 0);
      c.values("anchor", rows, 4, 12);
      c.values("modality1", rows, 4, 12).values("modality2", rows, 4, 12);
      c.check(c.outputs(), DType.F32, false);
    }
  }

  @Test
  void rowsThatAreNotFiniteMakeTheLossNaN() {
    for (Similarity similarity : List.of(Similarity.volume(), Similarity.mip())) {
      for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
        OpCase c = losses(op(similarity).normalize(false), DType.F32, 3, 3);
        double[] rows = c.valuesOf("modality1");
        rows[3] = bad;
        c.values("modality1", rows, 3, 12);
        assertThat(c.run(Set.of("loss")).get("loss")).containsOnly(Double.NaN);
      }
    }
  }

  @Test
  void tooManyModalitiesAndIndexTuplesAreRefused() {
    Specs six = specs(4, 6);
    assertThatThrownBy(() -> plan(six))
        .isInstanceOf(UnsupportedOpException.class)
        .hasMessage("contrastive: the CUDA kernels take index tuples of 2 to 5 modalities, got 6");
    Specs large = specs(100_000, 5);
    assertThatThrownBy(() -> plan(large))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("B = 100000 has 1.0e+25 index tuples; expected at most 2^42");
  }

  private static Specs specs(int batch, int count) {
    Specs specs = Specs.of("anchor", TensorSpec.of(DType.F32, batch, 4));
    for (int l = 1; l < count; l++) {
      specs = specs.with("modality" + l, TensorSpec.of(DType.F32, batch, 4));
    }
    return specs;
  }

  private static ProductCuda plan(Specs inputs) {
    Specs loss = Specs.of("loss", TensorSpec.of(DType.F32));
    return new ProductCuda(
        (CudaDevice) device, op(Similarity.volume()), inputs, loss, PlanOptions.defaults());
  }
}
