package io.gramian.cpu.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.VectorUnit;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.PointCloudSimilarity.Kernel;
import io.gramian.op.RandomFeatures;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Embeddings, exact similarities and losses of weighted point clouds. */
class PointCloudCpuTest {
  private static final Device DEVICE = new CpuDevice(CpuOps.TABLE, VectorUnit.best(), 2);

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void embeddingsEqualReference(DType dtype) {
    embeddings(dtype, 3, 5, 7, 33, 0.5).check();
  }

  @Test
  void embeddingsOfManyPointsEqualReference() {
    embeddings(DType.F32, 2, 150, 20, 70, 0.5).check();
  }

  /** Several clouds in a block, and fewer in the last one. */
  @Test
  void embeddingsOfManyCloudsEqualReference() {
    embeddings(DType.F32, 31, 17, 20, 70, 0.5).check();
    embeddings(DType.F32, 3, 61, 20, 70, 0.5).check();
  }

  /** Angles beyond the range of the vector code. */
  @Test
  void hugeFrequenciesStayCosines() {
    Bindings in = embeddings(DType.F32, 2, 3, 4, 16, 1e-9).bindings();
    double[] embedding =
        new PointCloudEmbed(0, 1)
            .evaluate(DEVICE, in, Set.of("embedding"))
            .get("embedding")
            .toDoubles();
    double largestWeight =
        Arrays.stream(in.get("weights").toDoubles()).map(Math::abs).max().orElseThrow();
    assertThat(Arrays.stream(embedding).map(Math::abs).max().orElseThrow())
        .isPositive()
        .isLessThanOrEqualTo(Math.sqrt(2.0 / 16) * largestWeight);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void lossesEqualReference(DType dtype) {
    losses(dtype, 9).scalar("scale", 7.5).scalar("grad_loss", -2).check();
  }

  @Test
  void lossesOfOneCloudAndWithTheScaleOfTheOpEqualReference() {
    losses(DType.F32, 1).check();
    losses(DType.F32, 6).check();
  }

  private static AgainstReference losses(DType dtype, int clouds) {
    RandomFeatures random = RandomFeatures.inverseMultiquadric(40, 6, 0.5, 3);
    return new AgainstReference(new PointCloudContrastive(), dtype)
        .data("x_points", clouds, 5, 6)
        .data("x_weights", clouds, 5)
        .data("y_points", clouds, 3, 6)
        .data("y_weights", clouds, 3)
        .values("frequencies", random.frequencies(), 40, 6)
        .values("phases", random.phases(), 40);
  }

  private static AgainstReference embeddings(
      DType dtype, int clouds, int size, int d, int features, double sigma) {
    RandomFeatures random = RandomFeatures.gaussian(features, d, sigma, 3);
    return new AgainstReference(new PointCloudEmbed(), dtype)
        .data("points", clouds, size, d)
        .data("weights", clouds, size)
        .values("frequencies", random.frequencies(), features, d)
        .values("phases", random.phases(), features)
        .upstream();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void gaussianSimilaritiesEqualReference(DType dtype) {
    similarities(new Kernel.Gaussian(0.5), dtype, 3, 5, 4, 7, 6).check();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void inverseMultiquadricSimilaritiesEqualReference(DType dtype) {
    similarities(new Kernel.InverseMultiquadric(0.5), dtype, 3, 5, 4, 7, 6).check();
  }

  /** More points than a block and more than a chunk. */
  @Test
  void similaritiesOfManyPointsEqualReference() {
    similarities(new Kernel.Gaussian(0.7), DType.F32, 2, 70, 9, 61, 5).check();
  }

  private static AgainstReference similarities(
      Kernel kernel, DType dtype, int bx, int mx, int by, int my, int d) {
    return new AgainstReference(new PointCloudSimilarity(kernel, 0.667, 0.333), dtype)
        .data("x_points", bx, mx, d)
        .data("x_weights", bx, mx)
        .data("y_points", by, my, d)
        .data("y_weights", by, my)
        .upstream();
  }

  /** A narrow kernel of points with themselves: their distance must be 0 and not a rounding. */
  @Test
  void equalPointsHaveDistanceZero() {
    PointCloudSimilarity op = new PointCloudSimilarity(new Kernel.Gaussian(1e-4), 0, 1);
    AgainstReference c = similarities(new Kernel.Gaussian(1e-4), DType.F32, 4, 1, 2, 1, 33);
    Tensor points = c.bindings().get("x_points");
    Bindings in =
        c.bindings().with("y_points", points).with("y_weights", c.bindings().get("x_weights"));
    double[] weights = in.get("x_weights").toDoubles();
    Bindings forward = Bindings.none();
    for (String name : new String[] {"x_points", "x_weights", "y_points", "y_weights"}) {
      forward = forward.with(name, in.get(name));
    }
    double[] similarity =
        op.evaluate(DEVICE, forward, Set.of("similarity")).get("similarity").toDoubles();
    for (int i = 0; i < 4; i++) {
      assertThat((float) similarity[5 * i]).isEqualTo((float) (weights[i] * weights[i]));
    }
  }

  @Test
  void zeroPointsGiveTheAnswersOfTheReference() {
    similarities(new Kernel.Gaussian(0.5), DType.F32, 2, 3, 2, 2, 4)
        .values("x_points", new double[24], 2, 3, 4)
        .check();
    embeddings(DType.F32, 2, 3, 4, 8, 0.5).values("points", new double[24], 2, 3, 4).check();
  }

  @Test
  void noCloudsGiveEmptyResultsAndNoGradient() {
    Bindings in =
        similarities(new Kernel.Gaussian(0.5), DType.F32, 2, 3, 2, 2, 4)
            .bindings()
            .with("y_points", Tensor.zeros(TensorSpec.of(DType.F32, 0, 2, 4)))
            .with("y_weights", Tensor.zeros(TensorSpec.of(DType.F32, 0, 2)))
            .with("grad_similarity", Tensor.zeros(TensorSpec.of(DType.F32, 2, 0)));
    Bindings out =
        new PointCloudSimilarity(new Kernel.Gaussian(0.5), 1, 1)
            .evaluate(DEVICE, in, Set.of("similarity", "grad_x_points", "grad_y_points"));
    assertThat(out.get("similarity").toDoubles()).isEmpty();
    assertThat(out.get("grad_x_points").toDoubles()).containsOnly(0);
  }

  @Test
  void nonFiniteInputsGiveNaN() {
    AgainstReference c = similarities(new Kernel.Gaussian(0.5), DType.F32, 1, 2, 1, 2, 3);
    Bindings in =
        c.values("x_points", new double[] {1, 2, Double.POSITIVE_INFINITY, 0, 1, 0}, 1, 2, 3)
            .bindings();
    Bindings out =
        new PointCloudSimilarity(new Kernel.Gaussian(0.5), 1, 1)
            .evaluate(DEVICE, in, Set.of("similarity"));
    assertThat(out.get("similarity").toDoubles()[0]).isNaN();
  }
}
