package io.gramian.cpu.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.VectorUnit;
import io.gramian.op.Contrastive;
import io.gramian.op.Objective;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Contrastive losses over tuples and explicit similarities. */
class PairsCpuTest {
  private static final double[] PRESENT = {1, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 0, 1};

  /** Every similarity with the size of a tuple, over unit and over raw vectors. */
  static Stream<Arguments> similarities() {
    return Stream.of(
            Arguments.of(Similarity.cosine(), 1),
            Arguments.of(Similarity.volume(), 1),
            Arguments.of(Similarity.volume(), 3),
            Arguments.of(Similarity.volume(), 7),
            Arguments.of(Similarity.jgcs(), 2),
            Arguments.of(Similarity.jgcsSquared(), 3),
            Arguments.of(Similarity.mip(), 3),
            Arguments.of(Similarity.area(), 2))
        .flatMap(
            row ->
                Stream.of(true, false).map(unit -> Arguments.of(row.get()[0], row.get()[1], unit)));
  }

  private static Contrastive infoNce(Similarity similarity, boolean unit) {
    return new Contrastive(similarity).normalize(unit).temperature(unit ? 0.2 : 40);
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void infoNceEqualsReference(Similarity similarity, int n, boolean unit) {
    new AgainstReference(infoNce(similarity, unit), DType.F32)
        .pairs(37, 41, n, 19)
        .scalar("grad_loss", -1.5)
        .check();
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void sigmoidEqualsReference(Similarity similarity, int n, boolean unit) {
    Objective objective = unit ? new Objective.Sigmoid(6, -3) : new Objective.Sigmoid(0.01, -1);
    new AgainstReference(
            new Contrastive(similarity).normalize(unit).objective(objective), DType.F32)
        .pairs(23, 31, n, 12)
        .scalar("grad_loss", 0.5)
        .check();
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void matricesEqualReference(Similarity similarity, int n, boolean unit) {
    new AgainstReference(new SimilarityMatrix(similarity, unit), DType.F32)
        .pairs(21, 34, n, 17)
        .upstream()
        .check();
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void absentModalitiesAndLabelsEqualReference(Similarity similarity, int n, boolean unit) {
    double[] present = new double[5 * n];
    for (int i = 0; i < present.length; i++) {
      present[i] = PRESENT[i % PRESENT.length];
    }
    new AgainstReference(infoNce(similarity, unit).labelSmoothing(0.3), DType.F32)
        .pairs(7, 5, n, 9)
        .values("present", present, 5, n)
        .ints("labels", new int[] {4, 0, 0, 2, 1, 4, 4}, 7)
        .scalar("temperature", unit ? 0.15 : 60)
        .check();
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void roundedInputsEqualReference(DType dtype) {
    new AgainstReference(infoNce(Similarity.volume(), true), dtype).pairs(33, 35, 3, 40).check();
    new AgainstReference(new SimilarityMatrix(Similarity.jgcs()), dtype)
        .pairs(9, 8, 2, 31)
        .upstream()
        .check();
  }

  /** Several tiles of anchors and of tuples, the last of each not full. */
  @Test
  void manyTilesEqualReference() {
    new AgainstReference(infoNce(Similarity.volume(), true), DType.F32)
        .pairs(1023, 1031, 1, 33)
        .check();
    new AgainstReference(infoNce(Similarity.jgcs(), true), DType.F32).pairs(521, 523, 3, 5).check();
  }

  @Test
  void onePairEqualsReference() {
    new AgainstReference(infoNce(Similarity.volume(), true), DType.F32).pairs(1, 1, 2, 1).check();
    new AgainstReference(new SimilarityMatrix(Similarity.volume(), false), DType.F32)
        .pairs(1, 1, 1, 3)
        .upstream()
        .check();
  }

  /** Exponents far beyond what float32 holds. */
  @Test
  void lowTemperaturesNeitherOverflowNorUnderflow() {
    new AgainstReference(infoNce(Similarity.cosine(), true), DType.F32)
        .pairs(30, 30, 1, 16)
        .scalar("temperature", 1e-3)
        .check();
    new AgainstReference(new Contrastive(Similarity.cosine()).normalize(false), DType.F32)
        .pairs(30, 30, 1, 64)
        .check();
  }

  @Test
  void emptyMatricesHaveNoScoresAndZeroGradients() {
    try (Device device = new CpuDevice(CpuOps.TABLE, VectorUnit.best(), 2)) {
      Bindings in =
          Bindings.of("anchor", Tensor.of(new float[0], 0, 3))
              .with("modality1", Tensor.of(new float[] {1, 2, 3}, 1, 3))
              .with("grad_similarity", Tensor.of(new float[0], 0, 1));
      Tensor gradient = Tensor.of(new float[] {7, 7, 7}, 1, 3);
      Bindings out =
          Bindings.of("similarity", Tensor.zeros(TensorSpec.of(DType.F32, 0, 1)))
              .with("grad_modality1", gradient);
      try (Plan plan = new SimilarityMatrix(Similarity.volume()).plan(device, in, out)) {
        plan.run(in, out);
      }
      assertThat(gradient.toFloats()).containsOnly(0);
    }
  }

  @Test
  void float64InputsAndWrongLabelsAreRejected() {
    try (Device device = new CpuDevice(CpuOps.TABLE, VectorUnit.none(), 1)) {
      Bindings doubles =
          Bindings.of("anchor", Tensor.of(new double[6], 2, 3))
              .with("modality1", Tensor.of(new double[6], 2, 3));
      assertThatThrownBy(
              () -> new Contrastive(Similarity.volume()).evaluate(device, doubles, Set.of("loss")))
          .isInstanceOf(UnsupportedOpException.class)
          .hasMessageContaining("'anchor' is f64");
      Bindings floats =
          Bindings.of("anchor", Tensor.of(new float[6], 2, 3))
              .with("modality1", Tensor.of(new float[6], 2, 3))
              .with("labels", Tensor.of(new int[] {0, 2}, 2));
      assertThatThrownBy(
              () -> new Contrastive(Similarity.volume()).evaluate(device, floats, Set.of("loss")))
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("got 2 in row 1");
    }
  }

  /** Scratch grows with the batch, not with its square. */
  @Test
  void workspaceIsBounded() {
    try (Device device = new CpuDevice(CpuOps.TABLE, VectorUnit.best(), 2)) {
      long[] bytes = new long[2];
      for (int i = 0; i < 2; i++) {
        long batch = 4096L << i;
        Bindings in = Bindings.none();
        for (String name : List.of("anchor", "modality1", "modality2")) {
          in = in.with(name, Tensor.zeros(TensorSpec.of(DType.BF16, batch, 8)));
        }
        Bindings out =
            Bindings.of("grad_anchor", Tensor.zeros(TensorSpec.of(DType.BF16, batch, 8)));
        try (Plan plan = new Contrastive(Similarity.volume()).plan(device, in, out)) {
          bytes[i] = plan.workspaceBytes();
        }
      }
      assertThat(bytes[1] - bytes[0]).isPositive().isLessThan(4096 * 600);
    }
  }
}
