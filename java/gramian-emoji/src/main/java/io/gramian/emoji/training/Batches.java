package io.gramian.emoji.training;

import io.gramian.emoji.data.Modality;
import io.gramian.emoji.data.Split;
import io.gramian.emoji.heads.Chance;
import io.gramian.emoji.losses.TrainingOptions;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which samples make the batches of an epoch. Where a loss is told only some of the matches, a
 * fixed part of the samples is known to match and heads every batch; of the rest, words and
 * pictures come in orders of their own, so that rows of a batch do not give away what matches.
 */
public final class Batches {
  private static final long ORDER = 2;

  /** Fixed, so that every run knows the same matches. */
  private static final long KNOWN_SEED = 20240604;

  private final List<Modality> modalities;
  private final int batch;
  private final int matched;
  private final long seed;
  private final int[] known;
  private final int[] rest;

  /**
   * @param train the samples
   * @param options modalities, batch and seed count
   * @param matched how many samples of a batch are known to match
   */
  public Batches(int[] train, TrainingOptions options, int matched) {
    this.modalities = options.modalities();
    this.batch = options.batch();
    this.matched = matched;
    this.seed = options.seed();
    if (matched == batch) {
      this.known = train.clone();
      this.rest = new int[0];
    } else {
      int[] order = permuted(train, Chance.of(KNOWN_SEED));
      int count = Math.toIntExact((long) train.length * matched / batch);
      this.known = Arrays.copyOf(order, count);
      this.rest = Arrays.copyOfRange(order, count, order.length);
    }
  }

  /** The samples that are known to match. */
  public int[] known() {
    return known.clone();
  }

  /** Batches in an epoch; samples that fill no batch wait for another epoch's order. */
  int perEpoch() {
    int most = known.length / matched;
    return matched == batch ? most : Math.min(most, rest.length / (batch - matched));
  }

  /**
   * The batches of an epoch.
   *
   * @param epoch 1 for the first
   * @return for every step the samples of each modality
   */
  int[][][] of(int epoch) {
    int[] knownOrder = permuted(known, Chance.of(seed, ORDER, epoch));
    int[] wordOrder = permuted(rest, Chance.of(seed, ORDER, epoch, 1));
    int[] pictureOrder = permuted(rest, Chance.of(seed, ORDER, epoch, 2));
    int[][][] batches = new int[perEpoch()][modalities.size()][];
    for (int s = 0; s < batches.length; s++) {
      for (int m = 0; m < modalities.size(); m++) {
        int[] restOrder = modalities.get(m).isPicture() ? pictureOrder : wordOrder;
        batches[s][m] = Arrays.copyOfRange(knownOrder, s * matched, s * matched + batch);
        System.arraycopy(restOrder, s * (batch - matched), batches[s][m], matched, batch - matched);
      }
    }
    return batches;
  }

  private static int[] permuted(int[] samples, RandomGenerator random) {
    return Arrays.stream(Split.shuffled(samples.length, random)).map(i -> samples[i]).toArray();
  }
}
