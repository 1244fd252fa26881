package io.gramian.emoji.data;

import java.util.Arrays;

/**
 * One emoji: its code points, where its pictures are, and its words in two languages.
 *
 * @param codePoints hexadecimal code points joined by hyphens
 * @param noto the cell of its Noto picture
 * @param twemoji the cell of its Twemoji picture
 * @param group the Unicode group, such as {@code Objects}
 * @param subgroup the Unicode subgroup
 * @param english the English label
 * @param englishTags English keywords separated by spaces
 * @param french the French label
 * @param frenchTags French keywords separated by spaces
 */
public record Emoji(
    String codePoints,
    Cell noto,
    Cell twemoji,
    String group,
    String subgroup,
    String english,
    String englishTags,
    String french,
    String frenchTags) {

  /** The number of tab-separated columns of a line. */
  private static final int COLUMNS = 11;

  /**
   * A cell of a picture sheet.
   *
   * @param column 0 at the left
   * @param row 0 at the top
   */
  public record Cell(int column, int row) {}

  /**
   * Reads one line of {@code emoji.tsv}.
   *
   * @param line tab-separated columns
   * @return the emoji
   * @throws IllegalArgumentException if the line has not eleven columns
   * @throws NumberFormatException if a position is no number
   */
  static Emoji parse(String line) {
    String[] c = line.split("\t", -1);
    if (c.length != COLUMNS) {
      throw new IllegalArgumentException(
          "expected " + COLUMNS + " columns, got " + c.length + ": " + line);
    }
    return new Emoji(c[0], cell(c[1], c[2]), cell(c[3], c[4]), c[5], c[6], c[7], c[8], c[9], c[10]);
  }

  private static Cell cell(String column, String row) {
    return new Cell(Integer.parseInt(column), Integer.parseInt(row));
  }

  /**
   * The emoji as text.
   *
   * @return its characters
   */
  public String character() {
    int[] points =
        Arrays.stream(codePoints.split("-")).mapToInt(hex -> Integer.parseInt(hex, 16)).toArray();
    return new String(points, 0, points.length);
  }
}
