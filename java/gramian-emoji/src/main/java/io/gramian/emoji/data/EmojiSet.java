package io.gramian.emoji.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * The emoji data set: words in two languages and pictures by two vendors.
 *
 * @param emoji all emoji, in a fixed order
 * @param noto the sheet of Noto pictures
 * @param twemoji the sheet of Twemoji pictures
 */
public record EmojiSet(List<Emoji> emoji, SpriteSheet noto, SpriteSheet twemoji) {

  /**
   * Loads the set that is shipped with the application.
   *
   * @return the set
   * @throws IOException if a file cannot be read
   */
  public static EmojiSet load() throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(EmojiSet.class.getResourceAsStream("emoji.tsv")),
                StandardCharsets.UTF_8))) {
      List<Emoji> emoji = in.lines().skip(1).map(Emoji::parse).toList();
      return new EmojiSet(
          emoji, SpriteSheet.load("google-32.png"), SpriteSheet.load("twitter-32.png"));
    }
  }

  /**
   * The number of emoji.
   *
   * @return their count
   */
  public int size() {
    return emoji.size();
  }
}
