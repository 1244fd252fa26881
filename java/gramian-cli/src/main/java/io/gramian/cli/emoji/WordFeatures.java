package io.gramian.cli.emoji;

import io.gramian.cli.nn.Features;
import java.util.List;
import java.util.Map;

/**
 * Words as sparse rows of hashed character n-grams, weighted by how rare each is among the training
 * samples (tf-idf with logarithmic counts), every row of unit length.
 */
final class WordFeatures {
  private static final int BUCKETS = 1 << 13;

  private WordFeatures() {}

  /**
   * @param texts the words of each sample
   * @param train the samples that set the weights
   * @return a row per sample
   */
  static Features of(List<String> texts, int[] train) {
    NgramHasher hasher = new NgramHasher(BUCKETS);
    List<Map<Integer, Integer>> counts = texts.stream().map(hasher::count).toList();
    double[] rarity = rarity(counts, train);
    int[][] indices = new int[texts.size()][];
    float[][] values = new float[texts.size()][];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = counts.get(i).keySet().stream().mapToInt(Integer::intValue).toArray();
      values[i] = unitRow(counts.get(i), indices[i], rarity);
    }
    return new Features.Sparse(BUCKETS, indices, values);
  }

  /** log((1 + samples) / (1 + samples with the bucket)) + 1. */
  private static double[] rarity(List<Map<Integer, Integer>> counts, int[] train) {
    int[] holders = new int[BUCKETS];
    for (int sample : train) {
      counts.get(sample).keySet().forEach(bucket -> holders[bucket]++);
    }
    double[] rarity = new double[BUCKETS];
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      rarity[bucket] = Math.log((1.0 + train.length) / (1.0 + holders[bucket])) + 1;
    }
    return rarity;
  }

  private static float[] unitRow(Map<Integer, Integer> counts, int[] index, double[] rarity) {
    double[] weights = new double[index.length];
    double squares = 0;
    for (int p = 0; p < index.length; p++) {
      weights[p] = (1 + Math.log(counts.get(index[p]))) * rarity[index[p]];
      squares += weights[p] * weights[p];
    }
    float[] row = new float[index.length];
    for (int p = 0; p < index.length; p++) {
      row[p] = (float) (weights[p] / Math.sqrt(squares));
    }
    return row;
  }
}
