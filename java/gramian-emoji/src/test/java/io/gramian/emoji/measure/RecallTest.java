package io.gramian.emoji.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emoji.data.Split;
import io.gramian.emoji.heads.Matrix;
import io.gramian.emoji.heads.Products;
import io.gramian.emoji.losses.UnitRows;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecallTest {
  @Test
  void countsOwnCandidatesAmongTheBest() {
    int n = 20;
    Matrix scores = Matrix.zeros(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        // Row i finds its own candidate behind i others.
        scores.data()[i][j] = i == j ? 0 : (j < i ? 1 : -1);
      }
    }
    assertThat(Recall.of(scores)).isEqualTo(new Recall(1 / 20.0, 5 / 20.0, 10 / 20.0));
  }

  @Test
  void constantScoresEarnNothing() {
    assertThat(Recall.of(Matrix.zeros(30, 30))).isEqualTo(new Recall(0, 0, 0));
  }

  @Test
  void aScoreThatIsNoNumberRanksLast() {
    Matrix scores = Matrix.zeros(12, 12);
    for (int i = 0; i < 12; i++) {
      scores.data()[i][i] = Float.NaN;
    }
    assertThat(Recall.of(scores)).isEqualTo(new Recall(0, 0, 0));
  }

  @Test
  void byCosineIgnoresLength() {
    UnitRows queries = rows(new float[][] {{1, 0}, {0, 2}});
    UnitRows candidates = rows(new float[][] {{100, 1}, {1, 0.1f}});
    UnitRows swapped = rows(new float[][] {{0, 1}, {1, 0}});
    try (Products products = new Products()) {
      assertThat(Recall.byCosine(queries, candidates, products).at1()).isEqualTo(1);
      assertThat(Recall.byCosine(queries, swapped, products).at1()).isZero();
    }
  }

  private static UnitRows rows(float[][] values) {
    return UnitRows.of(new Matrix(values));
  }

  @Test
  void neighboursAreTheBestInOrder() {
    int n = 70;
    Split split = new Split(new int[0], IntStream.range(100, 100 + n).toArray());
    Matrix scores = Matrix.zeros(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        scores.data()[i][j] = -Math.abs(i + 1 - j);
      }
    }
    for (Retrieval.Query query : Retrieval.of(split, scores).queries()) {
      int best = Math.min(query.emoji() + 1, 100 + n - 1);
      assertThat(query.neighbours()).hasSize(6).doesNotHaveDuplicates().startsWith(best);
      assertThat(query.rank()).isBetween(1, 3);
    }
  }
}
