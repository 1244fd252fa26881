package io.gramian.emoji.data;

import io.gramian.emoji.heads.Features;
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
    int[] places = places(counts, train);
    int width = Arrays.stream(places).max().orElse(-1) + 1;
    int[][] indices = new int[texts.size()][];
    float[][] values = new float[texts.size()][];
    for (int i = 0; i < indices.length; i++) {
      int[] known =
          counts.get(i).keySet().stream()
              .mapToInt(Integer::intValue)
              .filter(bucket -> places[bucket] >= 0)
              .toArray();
      values[i] = unitRow(counts.get(i), known);
      indices[i] = Arrays.stream(known).map(bucket -> places[bucket]).toArray();
    }
    return new Features.Sparse(width, indices, values);
  }

  /** Numbers the buckets that training samples have, in order; the others get -1. */
  private static int[] places(List<Map<Integer, Integer>> counts, int[] train) {
    int[] places = new int[BUCKETS];
    Arrays.fill(places, -1);
    Arrays.stream(train)
        .forEach(sample -> counts.get(sample).keySet().forEach(bucket -> places[bucket] = 0));
    int next = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      if (places[bucket] == 0) {
        places[bucket] = next++;
      }
    }
    return places;
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
