package io.gramian.emoji.training;

import io.gramian.emoji.heads.Chance;
import java.util.SplittableRandom;

/**
 * Which members of their tuples training samples lack: each with one probability, never all of
 * them. The anchor is always there. A sample lacks the same in every epoch, as in a data set with
 * holes.
 */
final class MissingMembers {
  private static final long STREAM = 3;

  private final double probability;
  private final int members;
  private final long seed;

  /**
   * @param probability that a member is missing, from 0 to below 1
   * @param members of a tuple
   * @param seed equal seeds miss the same
   */
  MissingMembers(double probability, int members, long seed) {
    this.probability = probability;
    this.members = members;
    this.seed = seed;
  }

  /**
   * The mask of some samples.
   *
   * @return [samples, members], 1 for present and 0 for missing; null where none can be missing
   */
  float[] present(int[] samples) {
    if (probability == 0) {
      return null;
    }
    float[] present = new float[samples.length * members];
    for (int i = 0; i < samples.length; i++) {
      SplittableRandom random = Chance.of(seed, STREAM, samples[i]);
      int kept = random.nextInt(members);
      boolean any = false;
      for (int l = 0; l < members; l++) {
        boolean here = random.nextDouble() >= probability;
        any |= here;
        present[i * members + l] = here ? 1 : 0;
      }
      if (!any) {
        present[i * members + kept] = 1;
      }
    }
    return present;
  }
}
