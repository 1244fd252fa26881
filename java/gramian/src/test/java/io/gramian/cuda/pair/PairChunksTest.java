package io.gramian.cuda.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Tensor;
import io.gramian.conformance.Aligned;
import io.gramian.conformance.RandomTensors;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.OpCase;
import io.gramian.cuda.device.ChunkLimits;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.op.Contrastive;
import io.gramian.op.Objective;
import io.gramian.op.Op;
import io.gramian.op.SampleNegatives;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import io.gramian.op.TopK;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ops over pairs on the emulated device where there are several tiles, slices and chunks: a first,
 * a middle and a last one that is not full.
 */
final class PairChunksTest {
  private static final int ANCHORS = 267;
  private static final int TUPLES = 277;
  private static final int D = 11;

  private static CudaDevice device;

  @BeforeAll
  static void open() {
    device = (CudaDevice) Emulated.open();
    device.chunkLimits(new ChunkLimits(128, 1, 128, 128));
  }

  @AfterAll
  static void close() {
    if (device != null) {
      device.close();
    }
  }

  private static int[] labels(Random random) {
    return IntStream.range(0, ANCHORS).map(i -> random.nextInt(TUPLES)).toArray();
  }

  @Test
  void lossesOverManyChunksEqualReference() {
    Contrastive op = new Contrastive(Similarity.volume());
    OpCase c = new OpCase(op, device, DType.F32);
    c.data("anchor", ANCHORS, D).modalities(TUPLES, 2, D);
    c.check(c.outputs(), DType.F32, false);
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void lossesWithLabelsEqualReference(DType dtype) {
    Contrastive op = new Contrastive(Similarity.jgcs());
    OpCase c = new OpCase(op, device, dtype);
    c.data("anchor", ANCHORS, 70)
        .modalities(TUPLES, 1, 70)
        .ints("labels", labels(new Random(3)), ANCHORS)
        .scalar("grad_loss", DType.F32, 0.5);
    c.check(c.outputs(), DType.F32, true);
  }

  /**
   * Tuples that are the target of one anchor: losses next to zero, which are what the others weigh
   * against the targets. Or some that are that of many, whose gradients are next to zero but for
   * smoothing.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lossesOfMatchingRowsEqualReference(boolean isShared) {
    int d = 48;
    for (Similarity similarity : List.of(Similarity.cosine(), Similarity.volume())) {
      int n = similarity.equals(Similarity.cosine()) ? 1 : 2;
      int[] labels =
          IntStream.range(0, ANCHORS)
              .map(i -> isShared && i % 7 == 0 ? 5 : i * 19 % TUPLES)
              .toArray();
      Contrastive op =
          new Contrastive(similarity).temperature(0.04).labelSmoothing(isShared ? 0.1 : 0);
      OpCase c = new OpCase(op, device, DType.F32);
      c.tensors(Aligned.labelled(new RandomTensors(12), similarity, n, TUPLES, d, labels).inputs());
      c.check(c.outputs(), DType.F32, false);
      // Below the temperatures of a fixed shift.
      c.scalar("temperature", DType.F32, 0.025).check(c.outputs(), DType.F32, false);
    }
  }

  @Test
  void sigmoidLossesOverManyChunksEqualReference() {
    Contrastive op = new Contrastive(Similarity.cosine()).objective(new Objective.Sigmoid(10, -3));
    OpCase c = new OpCase(op, device, DType.F32);
    c.data("anchor", ANCHORS, D).modalities(TUPLES, 1, D);
    c.check(c.outputs(), DType.F32, false);
  }

  @Test
  void matricesOverManyChunksEqualReference() {
    SimilarityMatrix op = new SimilarityMatrix(Similarity.area());
    OpCase c = new OpCase(op, device, DType.F32);
    c.data("anchor", ANCHORS, D).modalities(TUPLES, 2, D).upstream("similarity", DType.F16);
    c.check(c.outputs(), DType.F32, false);
  }

  /** Indices, ranks and recall come out of several matrices as out of one. */
  @Test
  void theBestOfManyChunksAreThoseOfOne() {
    TopK op = new TopK(Similarity.volume(), true, 150, 1, 5, 100);
    Bindings in = inputs(new Random(5), 2);
    in = in.with("labels", Tensor.of(labels(new Random(6)), ANCHORS));
    assertThatManyChunksEqualOne(op, in, Set.of("indices", "scores", "ranks", "recall"));
  }

  @Test
  void drawsFromManyChunksAreThoseOfOne() {
    SampleNegatives op = new SampleNegatives(Similarity.cosine(), 7);
    assertThatManyChunksEqualOne(op, inputs(new Random(8), 1), Set.of("indices"));
  }

  private static Bindings inputs(Random random, int n) {
    Bindings in = Bindings.of("anchor", rows(random, ANCHORS));
    for (int l = 1; l <= n; l++) {
      in = in.with("modality" + l, rows(random, TUPLES));
    }
    return in;
  }

  private static Tensor rows(Random random, int count) {
    float[] values = new float[count * D];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, count, D);
  }

  private static void assertThatManyChunksEqualOne(Op op, Bindings in, Set<String> names) {
    Bindings many = op.evaluate(device, in, names);
    try (Device other = Emulated.open()) {
      Bindings one = op.evaluate(other, in, names);
      for (String name : names) {
        if (many.get(name).dtype() == DType.I32) {
          assertThat(many.get(name).toInts()).as(name).isEqualTo(one.get(name).toInts());
        } else {
          assertThat(many.get(name).toDoubles()).as(name).isEqualTo(one.get(name).toDoubles());
        }
      }
    }
  }

  /**
   * The volume keeps float32 accuracy for an anchor close to the span of the tuple, whose sine is
   * given, out of 16-bit inputs.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.1, 0.01})
  void volumesOfNearlyParallelRowsKeepTheirDigits(double sine) {
    int d = 96;
    Random random = new Random(9);
    double[] first = new double[8 * d];
    double[] second = new double[8 * d];
    double[] anchor = new double[8 * d];
    for (int i = 0; i < anchor.length; i++) {
      first[i] = random.nextGaussian();
      second[i] = random.nextGaussian();
      double inSpan = (first[i] + second[i]) / Math.sqrt(2);
      anchor[i] = Math.sqrt(1 - sine * sine) * inSpan + sine * random.nextGaussian();
    }
    SimilarityMatrix op = new SimilarityMatrix(Similarity.volume());
    OpCase c = new OpCase(op, device, DType.BF16);
    c.values("anchor", anchor, 8, d)
        .values("modality1", first, 8, d)
        .values("modality2", second, 8, d);
    c.check(Set.of("similarity"), DType.F32, false);
    assertThat(c.relativeErrorOfDiagonal("similarity")).isLessThan(2e-6);
  }

  @Test
  void labelsOfNoTupleMakeTheLossNaN() {
    Contrastive op = new Contrastive(Similarity.jgcs());
    Bindings in = inputs(new Random(2), 1);
    for (int astray : new int[] {-1, TUPLES}) {
      int[] labels = labels(new Random(3));
      labels[0] = astray;
      Bindings out =
          op.evaluate(
              device,
              in.with("labels", Tensor.of(labels, ANCHORS)),
              Set.of("loss", "grad_temperature"));
      assertThat(out.get("loss").toDoubles()).containsOnly(Double.NaN);
      assertThat(out.get("grad_temperature").toDoubles()).containsOnly(Double.NaN);
    }
  }

  @Test
  void tooManyModalitiesAreRefused() {
    Contrastive op = new Contrastive(Similarity.volume());
    Bindings in = inputs(new Random(1), 8);
    assertThatThrownBy(() -> op.evaluate(device, in, Set.of("loss")))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("at most 7")
        .hasMessageContaining("got 8");
  }

  @Test
  void longListsOfTheBestAreRefused() {
    TopK op = new TopK(Similarity.cosine(), true, 2049, 1);
    List<Tensor> rows = List.of(rows(new Random(1), 3), rows(new Random(2), 2049));
    Bindings in = Bindings.of("anchor", rows.getFirst()).with("modality1", rows.getLast());
    assertThatThrownBy(() -> op.evaluate(device, in, Set.of("indices")))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("2048");
  }
}
