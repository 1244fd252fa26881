package io.gramian.emoji.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmojiSetTest {
  private static EmojiSet set;

  @BeforeAll
  static void load() throws IOException {
    set = EmojiSet.load();
  }

  @Test
  void holdsAllEmojiWithWordsInBothLanguages() {
    assertThat(set.size()).isEqualTo(1911);
    assertThat(set.emoji())
        .allSatisfy(
            emoji -> {
              assertThat(emoji.english()).isNotBlank();
              assertThat(emoji.french()).isNotBlank();
            });
    Emoji key = set.emoji().getFirst();
    assertThat(key.english()).isEqualTo("keycap: #");
    assertThat(key.character()).isEqualTo("#\uFE0F\u20E3");
  }

  @Test
  void everyEmojiHasTwoPictures() {
    for (Emoji emoji : set.emoji()) {
      assertThat(visible(set.noto().pixels(emoji.noto()))).as(emoji.english()).isGreaterThan(20);
      assertThat(visible(set.twemoji().pixels(emoji.twemoji())))
          .as(emoji.english())
          .isGreaterThan(20);
    }
  }

  @Test
  void aPictureIsWhereItShouldBe() {
    Emoji heart =
        set.emoji().stream().filter(e -> e.english().equals("red heart")).findFirst().orElseThrow();
    int centre = set.twemoji().pixels(heart.twemoji())[16 * SpriteSheet.PICTURE + 16];
    assertThat(centre >> 16 & 0xFF).isGreaterThan(180);
    assertThat(centre & 0xFF).isLessThan(120);
  }

  @Test
  void picturesBecomePngFiles() throws IOException {
    byte[] png = set.noto().png(set.emoji().get(5).noto());
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(32);
  }

  @Test
  void aShortLineIsRefused() {
    assertThatThrownBy(() -> Emoji.parse("1F600\t1\t2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 11 columns, got 3");
  }

  @Test
  void theSplitHolds311OutAndIsAlwaysTheSame() {
    Split split = Split.standard(set.size());
    assertThat(split.heldOut()).hasSize(311).isSorted();
    assertThat(split.train()).hasSize(1600).isSorted();
    Set<Integer> all = new HashSet<>();
    IntStream.concat(Arrays.stream(split.train()), Arrays.stream(split.heldOut()))
        .forEach(all::add);
    assertThat(all).hasSize(1911);
    assertThat(Split.standard(set.size()).heldOut()).isEqualTo(split.heldOut());
  }

  @Test
  void validationHoldsOutEmojiThatTrainingHasOtherwise() {
    Split standard = Split.standard(set.size());
    Split validation = Split.validation(set.size());
    Set<Integer> trained = new HashSet<>(Arrays.stream(standard.train()).boxed().toList());
    assertThat(validation.heldOut()).hasSize(311).isSorted();
    assertThat(validation.train()).hasSize(1289).isSorted();
    Set<Integer> all = new HashSet<>();
    IntStream.concat(Arrays.stream(validation.train()), Arrays.stream(validation.heldOut()))
        .forEach(all::add);
    assertThat(all).isEqualTo(trained);
  }

  private static long visible(int[] pixels) {
    return Arrays.stream(pixels).filter(pixel -> pixel >>> 24 > 128).count();
  }
}
