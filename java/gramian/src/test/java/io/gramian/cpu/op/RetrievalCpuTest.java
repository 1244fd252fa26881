package io.gramian.cpu.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.VectorUnit;
import io.gramian.op.SampleNegatives;
import io.gramian.op.Similarity;
import io.gramian.op.TopK;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Ranking and drawing. */
class RetrievalCpuTest {
  private static final Device DEVICE = new CpuDevice(CpuOps.TABLE, VectorUnit.best(), 2);

  static Stream<Similarity> similarities() {
    return Stream.of(
        Similarity.volume(),
        Similarity.jgcs(),
        Similarity.jgcsSquared(),
        Similarity.mip(),
        Similarity.area());
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void bestTuplesEqualReference(Similarity similarity) {
    new AgainstReference(new TopK(similarity, true, 5, 1, 5, 10), DType.F32)
        .pairs(19, 37, 2, 8)
        .values("present", present(37, 2), 37, 2)
        .check();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void bestTuplesOfRawRowsWithLabelsEqualReference(DType dtype) {
    new AgainstReference(new TopK(Similarity.cosine(), false, 1, 1, 3), dtype)
        .pairs(70, 40, 1, 12)
        .ints("labels", labels(70, 40), 70)
        .check();
  }

  /** More tuples and anchors than a tile. */
  @Test
  void bestTuplesAcrossTilesEqualReference() {
    new AgainstReference(new TopK(Similarity.cosine(), true, 9, 1), DType.F32)
        .pairs(530, 1_100, 1, 6)
        .check();
  }

  @Test
  void bestComeFirstEqualOnesByIndexNanLast() {
    TopK op = new TopK(Similarity.cosine(), false, 7, 1, 4);
    float[] tuples = {-0f, Float.NaN, 2, 0, 3, 2, Float.POSITIVE_INFINITY};
    Bindings in =
        Bindings.of("anchor", Tensor.of(new float[] {1}, 1, 1))
            .with("modality1", Tensor.of(tuples, tuples.length, 1))
            .with("labels", Tensor.of(new int[] {5}, 1));
    Bindings out = op.evaluate(DEVICE, in, Set.of("indices", "scores", "ranks", "recall"));
    assertThat(out.get("indices").toInts()).containsExactly(4, 2, 5, 0, 3, 1, 6);
    double[] scores = out.get("scores").toDoubles();
    assertThat(scores).startsWith(3, 2, 2, 0, 0);
    assertThat(scores[5]).isNaN();
    assertThat(scores[6]).isNaN();
    assertThat(out.get("ranks").toInts()).containsExactly(2);
    assertThat(out.get("recall").toDoubles()).containsExactly(0, 1);
  }

  @Test
  void ownTupleWithoutScoreComesAfterAllThatHaveOne() {
    TopK op = new TopK(Similarity.cosine(), false, 1, 1);
    float[] tuples = {Float.NaN, -5, Float.NaN, 7};
    Bindings in =
        Bindings.of("anchor", Tensor.of(new float[] {1}, 1, 1))
            .with("modality1", Tensor.of(tuples, tuples.length, 1))
            .with("labels", Tensor.of(new int[] {2}, 1));
    assertThat(op.evaluate(DEVICE, in, Set.of("ranks")).get("ranks").toInts()).containsExactly(3);
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void drawsEqualReference(Similarity similarity) {
    new AgainstReference(new SampleNegatives(similarity, true, 0.1, 42), DType.F32)
        .pairs(30, 37, 2, 8)
        .values("present", present(37, 2), 37, 2)
        .ints("step", new int[] {3})
        .check();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void drawsOfRawRowsWithLabelsEqualReference(DType dtype) {
    new AgainstReference(new SampleNegatives(Similarity.cosine(), false, 1, -7), dtype)
        .pairs(70, 40, 1, 12)
        .ints("labels", labels(70, 40), 70)
        .scalar("temperature", 0.8)
        .check();
  }

  /** More tuples and anchors than a tile. */
  @Test
  void drawsAcrossTilesEqualReference() {
    new AgainstReference(new SampleNegatives(Similarity.cosine(), 1L << 40), DType.F32)
        .pairs(530, 1_100, 1, 6)
        .check();
  }

  @Test
  void whereScoresAreNaNTheFirstOtherTupleIsDrawn() {
    float[] tuples = {1, 2, Float.NaN};
    Bindings in =
        Bindings.of("anchor", Tensor.of(new float[] {1, 1}, 2, 1))
            .with("modality1", Tensor.of(tuples, 3, 1));
    SampleNegatives op = new SampleNegatives(Similarity.cosine(), false, 1, 0);
    assertThat(op.evaluate(DEVICE, in, Set.of("indices")).get("indices").toInts())
        .containsExactly(1, 0);
  }

  @Test
  void labelsOutOfRangeAreNamed() {
    Bindings in =
        new AgainstReference(new TopK(Similarity.cosine()), DType.F32)
            .pairs(3, 12, 1, 2)
            .ints("labels", new int[] {0, 12, 1}, 3)
            .bindings();
    assertThatThrownBy(() -> new TopK(Similarity.cosine()).evaluate(DEVICE, in, Set.of("ranks")))
        .isInstanceOf(ParameterException.class)
        .hasMessage("topk: expected labels from 0 to 11, got 12 in row 1");
  }

  private static double[] present(int tuples, int n) {
    double[] present = new double[tuples * n];
    for (int i = 0; i < present.length; i++) {
      present[i] = i % 5 == 3 ? 0 : 1;
    }
    return present;
  }

  private static int[] labels(int anchors, int tuples) {
    return new Random(4).ints(anchors, 0, tuples).toArray();
  }
}
