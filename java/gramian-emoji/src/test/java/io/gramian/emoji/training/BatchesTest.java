package io.gramian.emoji.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emoji.data.Modality;
import io.gramian.emoji.losses.TrainingOptions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private static final int[] TRAIN = IntStream.range(100, 200).toArray();

  @Test
  void everySampleComesOnceAnEpochWithAllItsModalities() {
    int[][][] epoch = new Batches(TRAIN, options(10, 1), 10).of(1);
    assertThat(epoch).hasDimensions(10, 4);
    Set<Integer> seen = new HashSet<>();
    for (int[][] batch : epoch) {
      Arrays.stream(batch[0]).forEach(seen::add);
      for (int[] samples : batch) {
        assertThat(samples).isEqualTo(batch[0]);
      }
    }
    assertThat(seen).hasSize(100);
  }

  @Test
  void theOrderDependsOnSeedAndEpochAlone() {
    int[][][] epoch = new Batches(TRAIN, options(10, 1), 10).of(3);
    assertThat(new Batches(TRAIN, options(10, 1), 10).of(3)).isDeepEqualTo(epoch);
    assertThat(new Batches(TRAIN, options(10, 2), 10).of(3)[0][0]).isNotEqualTo(epoch[0][0]);
    assertThat(new Batches(TRAIN, options(10, 1), 10).of(4)[0][0]).isNotEqualTo(epoch[0][0]);
  }

  @Test
  void knownMatchesHeadEveryBatchAndAreTheSameInEveryRun() {
    Batches batches = new Batches(TRAIN, options(10, 1), 5);
    assertThat(batches.known()).hasSize(50);
    assertThat(new Batches(TRAIN, options(10, 9), 5).known()).isEqualTo(batches.known());
    Set<Integer> known = new HashSet<>();
    Arrays.stream(batches.known()).forEach(known::add);
    int aligned = 0;
    for (int epoch = 1; epoch <= 4; epoch++) {
      for (int[][] batch : batches.of(epoch)) {
        for (int i = 0; i < 10; i++) {
          for (int[] samples : batch) {
            assertThat(known.contains(samples[i])).isEqualTo(i < 5);
          }
          // English and French words of one emoji, its two pictures; across only where known.
          assertThat(batch[0][i]).isEqualTo(batch[1][i]);
          assertThat(batch[2][i]).isEqualTo(batch[3][i]);
          if (i < 5) {
            assertThat(batch[0][i]).isEqualTo(batch[2][i]);
          } else if (batch[0][i] == batch[2][i]) {
            aligned++;
          }
        }
      }
    }
    // By chance one in fifty of the 200 rows.
    assertThat(aligned).isLessThan(20);
  }

  @Test
  void membersAreMissingAtTheAskedRateAndNeverAll() {
    int[] samples = IntStream.range(0, 3000).toArray();
    MissingMembers missing = new MissingMembers(0.3, 3, 7);
    float[] present = missing.present(samples);
    double here = 0;
    for (int i = 0; i < samples.length; i++) {
      float any = present[3 * i] + present[3 * i + 1] + present[3 * i + 2];
      assertThat(any).isGreaterThanOrEqualTo(1);
      here += any;
    }
    // Where all would be missing, one in 37 samples, one is put back.
    assertThat(here / present.length).isBetween(0.69, 0.73);
    assertThat(missing.present(new int[] {5}))
        .containsExactly(present[15], present[16], present[17]);
    assertThat(new MissingMembers(0.3, 3, 8).present(samples)).isNotEqualTo(present);
    assertThat(new MissingMembers(0.9, 1, 8).present(samples)).containsOnly(1);
    assertThat(new MissingMembers(0, 3, 7).present(samples)).isNull();
  }

  private static TrainingOptions options(int batch, long seed) {
    return new TrainingOptions(List.of(Modality.values()), 1, batch, 8, seed);
  }
}
