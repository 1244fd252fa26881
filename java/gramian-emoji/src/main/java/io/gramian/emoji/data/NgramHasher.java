package io.gramian.emoji.data;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns words into a sparse vector: every word is cut into character n-grams, its ends marked, and
 * each n-gram is hashed to one of a fixed number of buckets. Spellings that share pieces share
 * buckets, so that a word never seen in training still says something.
 */
final class NgramHasher {
  private static final int SHORTEST = 2;
  private static final int LONGEST = 5;
  private static final int FNV_OFFSET = 0x811C9DC5;
  private static final int FNV_PRIME = 0x01000193;

  private final int buckets;

  /**
   * @param buckets the length of the vectors
   */
  NgramHasher(int buckets) {
    this.buckets = buckets;
  }

  /**
   * Counts the n-grams of some words.
   *
   * @param words text in any case; everything that is no letter or digit separates words
   * @return for each bucket that occurs, ascending, how often
   */
  Map<Integer, Integer> count(String words) {
    Map<Integer, Integer> counts = new TreeMap<>();
    for (String word : words.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{M}\\p{Nd}]+")) {
      if (!word.isEmpty()) {
        countWord("<" + word + ">", counts);
      }
    }
    return counts;
  }

  private void countWord(String marked, Map<Integer, Integer> counts) {
    counts.merge(bucket(marked), 1, Integer::sum);
    for (int n = SHORTEST; n <= LONGEST; n++) {
      // The whole marked word is counted once, above, whatever its length.
      for (int start = 0; start + n <= marked.length() && n < marked.length(); start++) {
        counts.merge(bucket(marked.substring(start, start + n)), 1, Integer::sum);
      }
    }
  }

  /** FNV-1a over the characters, its bits mixed before the reduction. */
  private int bucket(String ngram) {
    int hash = FNV_OFFSET;
    for (int i = 0; i < ngram.length(); i++) {
      hash = (hash ^ ngram.charAt(i)) * FNV_PRIME;
    }
    hash ^= hash >>> 15;
    hash *= 0x2C1B3C6D;
    hash ^= hash >>> 13;
    return Math.floorMod(hash, buckets);
  }
}
