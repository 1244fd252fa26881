package io.gramian.emoji.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emoji.heads.Features;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordFeaturesTest {
  private static final NgramHasher HASHER = new NgramHasher(1 << 20);

  @Test
  void countsEveryNgramOnce() {
    // <ab> itself; <a ab b>; <ab ab>
    assertThat(HASHER.count("ab").values()).hasSize(6).containsOnly(1);
    assertThat(HASHER.count("ab ab").values()).hasSize(6).containsOnly(2);
  }

  @Test
  void caseAndPunctuationDoNotMatter() {
    assertThat(HASHER.count("Éclair: Bleu")).isEqualTo(HASHER.count("éclair, bleu"));
    assertThat(HASHER.count(" — ")).isEmpty();
  }

  @Test
  void relatedSpellingsShareNgramsAndUnrelatedOnesDoNot() {
    assertThat(shared("mammoth", "mammouth")).isGreaterThan(8);
    assertThat(shared("mammoth", "kiwi")).isZero();
  }

  @Test
  void aWordDiffersFromItsLettersWithin() {
    assertThat(HASHER.count("at")).isNotEqualTo(HASHER.count("cat"));
    assertThat(shared("at", "cat")).isEqualTo(3);
  }

  @Test
  void rowsAreUnitAndKnowOnlyWhatTrainingHas() {
    Features.Sparse rows =
        (Features.Sparse)
            WordFeatures.of(List.of("cat", "dog house", "zebra cat"), new int[] {0, 1});
    for (float[] values : rows.values()) {
      double squares = 0;
      for (float value : values) {
        squares += value * value;
      }
      assertThat(squares).isBetween(1 - 1e-6, 1 + 1e-6);
    }
    assertThat(rows.indices()[2]).isEqualTo(rows.indices()[0]);
  }

  @Test
  void wordsThatTrainingHasNothingOfGiveAnEmptyRow() {
    Features.Sparse rows = (Features.Sparse) WordFeatures.of(List.of("cat", "zzz"), new int[] {0});
    assertThat(rows.indices()[1]).isEmpty();
  }

  private static long shared(String a, String b) {
    Map<Integer, Integer> other = HASHER.count(b);
    return HASHER.count(a).keySet().stream().filter(other::containsKey).count();
  }
}
