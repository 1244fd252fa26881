package io.gramian.conformance.ops;

import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.conformance.Rows;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.ArrayList;
import java.util.List;

/** Cases of the explicit matrix of scores. */
public final class SimilarityMatrixCases implements OpCases {
  private static final int[][] SHAPES = {{12, 9, 24}, {1, 1, 8}, {37, 41, 67}, {5, 131, 33}};

  @Override
  public List<Case> cases(RandomTensors random) {
    List<Case> cases = new ArrayList<>();
    for (Tuples.Sized sized : Tuples.sized(1, 2, 3, 4)) {
      SimilarityMatrix unit = new SimilarityMatrix(sized.similarity());
      SimilarityMatrix raw = new SimilarityMatrix(sized.similarity(), false);
      RandomTensors own = random.named(sized.toString());
      int n = sized.n();
      for (int[] s : SHAPES) {
        cases.add(
            sized
                .matching(unit, own, s[0], s[1], s[2])
                .upstream()
                .build(sized + " B1=" + s[0] + " B2=" + s[1] + " d=" + s[2]));
      }
      cases.add(sized.matching(raw, own, 8, 7, 20).upstream().build(sized + " raw"));
      cases.add(sized.matching(unit, own, 11, 6, 37).upstream().strided().build(sized.toString()));
      cases.add(
          sized
              .matching(unit, own, 9, 10, 18)
              .tensor("present", own.mask(10, n))
              .upstream()
              .strided()
              .build(sized + " present"));
      cases.add(
          Case.of(unit, own)
              .tensors(Rows.degenerateTuples(own, n))
              .upstream()
              .degenerate()
              .build(sized + " degenerate"));
      if (sized.similarity() instanceof Similarity.Eigen) {
        cases.add(equalEigenvalues(unit, own.named("axes"), n).build(sized + " along axes"));
      }
    }
    return cases;
  }

  /** Vectors along axes, so that Gram matrices are diagonal or have equal rows. */
  private static CaseBuilder equalEigenvalues(SimilarityMatrix op, RandomTensors random, int n) {
    int d = 6;
    CaseBuilder builder = Case.of(op, random).values("anchor", alongAxes(5, 0, d), 5, d);
    for (int l = 1; l <= n; l++) {
      builder.values("modality" + l, alongAxes(4, l, d), 4, d);
    }
    return builder.upstream().degenerate();
  }

  private static double[] alongAxes(int rows, int shift, int d) {
    double[] values = new double[rows * d];
    for (int i = 0; i < rows; i++) {
      values[i * d + (i * shift + i) % d] = i + 1;
    }
    return values;
  }
}
