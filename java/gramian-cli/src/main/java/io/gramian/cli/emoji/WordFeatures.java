package io.gramian.cli.emoji;

import io.gramian.cli.nn.Features;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Words as sparse rows of hashed character n-grams with logarithmic counts, every row of unit
 * length. N-grams that no training sample has are left out: their weights would never be learned.
 * Rare ones get no more weight than frequent ones: what is held out has few of them.
 */
final class WordFeatures {
  private static final int BUCKETS = 1 << 14;

  private WordFeatures() {}

  /**
   * @param texts the words of each sample
   * @param train the samples that decide which n-grams count
   * @return a row per sample
   */
  static Features of(List<String> texts, int[] train) {
    NgramHasher hasher = new NgramHasher(BUCKETS);
    List<Map<Integer, Integer>> counts = texts.stream().map(hasher::count).toList();
    boolean[] known = new boolean[BUCKETS];
    Arrays.stream(train)
        .forEach(sample -> counts.get(sample).keySet().forEach(bucket -> known[bucket] = true));
    int[][] indices = new int[texts.size()][];
    float[][] values = new float[texts.size()][];
    for (int i = 0; i < indices.length; i++) {
      indices[i] =
          counts.get(i).keySet().stream()
              .mapToInt(Integer::intValue)
              .filter(bucket -> known[bucket])
              .toArray();
      values[i] = unitRow(counts.get(i), indices[i]);
    }
    return new Features.Sparse(BUCKETS, indices, values);
  }

  private static float[] unitRow(Map<Integer, Integer> counts, int[] index) {
    double[] weights = Arrays.stream(index).mapToDouble(b -> 1 + Math.log(counts.get(b))).toArray();
    double length = Math.sqrt(Arrays.stream(weights).map(w -> w * w).sum());
    float[] row = new float[index.length];
    for (int p = 0; p < row.length; p++) {
      row[p] = (float) (weights[p] / length);
    }
    return row;
  }
}
