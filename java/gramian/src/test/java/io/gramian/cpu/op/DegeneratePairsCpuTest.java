package io.gramian.cpu.op;

import io.gramian.DType;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Duplicates, zero vectors and near duplicates in pairs. */
class DegeneratePairsCpuTest {
  private static final int BATCH = 9;
  private static final int D = 11;

  static Stream<Arguments> similarities() {
    return Stream.of(
        Arguments.of(Similarity.cosine(), 1),
        Arguments.of(Similarity.volume(), 1),
        Arguments.of(Similarity.volume(), 3),
        Arguments.of(Similarity.jgcs(), 3),
        Arguments.of(Similarity.jgcsSquared(), 2),
        Arguments.of(Similarity.mip(), 2),
        Arguments.of(Similarity.area(), 2));
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void anchorsThatAreMembersEqualReference(Similarity similarity, int n) {
    double[][] vectors = vectors(n);
    vectors[1] = vectors[0].clone();
    check(similarity, vectors);
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void multiplesEqualReference(Similarity similarity, int n) {
    double[][] vectors = vectors(n);
    for (int i = 0; i < 4 * D; i++) {
      vectors[n][i] = -2 * vectors[n - 1][i];
    }
    check(similarity, vectors);
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void zeroVectorsEqualReference(Similarity similarity, int n) {
    double[][] vectors = vectors(n);
    Arrays.fill(vectors[0], 0, 2 * D, 0);
    Arrays.fill(vectors[1], D, 3 * D, 0);
    check(similarity, vectors);
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void nearDuplicatesEqualReference(Similarity similarity, int n) {
    double[][] vectors = vectors(n);
    Random random = new Random(4);
    for (int i = 0; i < BATCH * D; i++) {
      vectors[1][i] = (float) (vectors[0][i] + 0.01 * random.nextGaussian());
    }
    check(similarity, vectors);
  }

  private static double[][] vectors(int n) {
    Random random = new Random(3);
    double[][] vectors = new double[n + 1][BATCH * D];
    for (double[] modality : vectors) {
      for (int i = 0; i < modality.length; i++) {
        modality[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private static void check(Similarity similarity, double[][] vectors) {
    Contrastive unit = new Contrastive(similarity).temperature(0.2);
    fill(new AgainstReference(unit, DType.F32), vectors).check();
    Contrastive raw = unit.normalize(false).temperature(20);
    fill(new AgainstReference(raw, DType.F32), vectors).check();
    fill(new AgainstReference(new SimilarityMatrix(similarity), DType.F32), vectors)
        .upstream()
        .check();
  }

  private static AgainstReference fill(AgainstReference op, double[][] vectors) {
    op.values("anchor", vectors[0], BATCH, D);
    for (int l = 1; l < vectors.length; l++) {
      op.values("modality" + l, vectors[l], BATCH, D);
    }
    return op;
  }
}
