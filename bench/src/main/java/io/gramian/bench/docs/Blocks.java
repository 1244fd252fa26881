package io.gramian.bench.docs;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parts of a Markdown file that a program writes: between {@code <!-- generated:NAME -->} and
 * {@code <!-- end -->}.
 */
final class Blocks {
  private static final Pattern BLOCK =
      Pattern.compile("(<!-- generated:([a-z0-9-]+) -->)(.*?)(<!-- end -->)", Pattern.DOTALL);

  private Blocks() {}

  /**
   * The text with all its blocks filled.
   *
   * @param file for messages
   * @throws IllegalArgumentException if a block has a name that is not among the fragments
   */
  static String fill(String file, String text, Map<String, String> fragments) {
    Matcher matcher = BLOCK.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String fragment = fragments.get(matcher.group(2));
      if (fragment == null) {
        throw new IllegalArgumentException(
            file
                + ": nothing generates '"
                + matcher.group(2)
                + "'; there are "
                + fragments.keySet());
      }
      matcher.appendReplacement(
          filled,
          Matcher.quoteReplacement(
              matcher.group(1) + "\n" + fragment.strip() + "\n" + matcher.group(4)));
    }
    return matcher.appendTail(filled).toString();
  }

  /** The text without its blocks, on as many lines. */
  static String without(String text) {
    return BLOCK
        .matcher(text)
        .replaceAll(
            match -> "\n".repeat((int) match.group().chars().filter(c -> c == '\n').count()));
  }
}
