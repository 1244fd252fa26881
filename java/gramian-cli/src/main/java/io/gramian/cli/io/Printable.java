package io.gramian.cli.io;

/** Text from outside (names of files, of arrays, of cases) as a terminal may be shown it. */
public final class Printable {
  private Printable() {}

  /**
   * The text with an escape in place of each character that would move the cursor, change colours
   * or turn the direction of writing.
   *
   * @param text anything
   * @return text of visible characters and spaces
   */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    shown.append(String.format("\\u%04x", c));
                default -> shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }
}
