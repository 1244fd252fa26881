package io.gramian.emoji.data;

import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * A division of samples into those trained on and those held out.
 *
 * @param train indices, ascending
 * @param heldOut indices, ascending; disjoint from {@code train}
 */
public record Split(int[] train, int[] heldOut) {
  /** The number of emoji that are held out. */
  public static final int HELD_OUT = 311;

  /** Fixed, so that every run is measured on the same emoji. */
  private static final long SEED = 20250311;

  /**
   * The division that every training uses. It goes by emoji: no modality of a held-out emoji is
   * trained on.
   *
   * @param size the number of samples, more than {@link #HELD_OUT}
   * @return the division
   */
  public static Split standard(int size) {
    int[] order = shuffled(size, new Random(SEED));
    int[] heldOut = Arrays.copyOf(order, HELD_OUT);
    int[] train = Arrays.copyOfRange(order, HELD_OUT, size);
    Arrays.sort(heldOut);
    Arrays.sort(train);
    return new Split(train, heldOut);
  }

  /**
   * A division for choosing parameters: of the emoji that the standard division trains on, some are
   * held out; those that it holds out play no part.
   *
   * @param size the number of samples, more than twice {@link #HELD_OUT}
   * @return the division
   */
  public static Split validation(int size) {
    int[] train = standard(size).train();
    int[] order = shuffled(train.length, new Random(SEED + 1));
    int[] heldOut = Arrays.stream(order).limit(HELD_OUT).map(i -> train[i]).sorted().toArray();
    int[] kept = Arrays.stream(order).skip(HELD_OUT).map(i -> train[i]).sorted().toArray();
    return new Split(kept, heldOut);
  }

  /**
   * The numbers from 0 in random order.
   *
   * @param size how many
   * @param random the source of chance
   * @return a permutation
   */
  public static int[] shuffled(int size, RandomGenerator random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
