package io.gramian;

import java.io.Serial;
import java.util.Collection;
import java.util.Comparator;

/** A parameter of an op, a device or a command is unknown or out of range. */
public class ParameterException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * An error with a message.
   *
   * @param message what was expected, what came and what to do
   */
  public ParameterException(String message) {
    super(message);
  }

  /**
   * Requires an argument to be there.
   *
   * @param <T> type of the argument
   * @param argument what was given
   * @param name what the argument is called
   * @return the argument
   * @throws ParameterException naming it, if it is null
   */
  public static <T> T requireNonNull(T argument, String name) {
    if (argument == null) {
      throw new ParameterException("expected " + name + ", got null");
    }
    return argument;
  }

  /**
   * {@return the error for a name that is none of those there are; it tells the nearest, where one
   * is near}
   *
   * @param what what the name should be that of, for instance {@code op}
   * @param name the wrong one
   * @param known the names there are
   */
  public static ParameterException unknown(String what, String name, Collection<String> known) {
    return new ParameterException(
        "unknown "
            + what
            + " '"
            + name
            + "'; expected one of "
            + String.join(", ", requireNonNull(known, "names"))
            + didYouMean(name, known));
  }

  /**
   * {@return the end of a message about a wrong name: the one that may have been meant, or nothing}
   *
   * @param name the wrong one
   * @param known the names that there are
   */
  public static String didYouMean(String name, Collection<String> known) {
    requireNonNull(name, "a name");
    return requireNonNull(known, "names").stream()
        .filter(candidate -> edits(name, candidate) <= 1 + name.length() / 5)
        .min(Comparator.comparingInt(candidate -> edits(name, candidate)))
        .map(nearest -> "; did you mean '" + nearest + "'?")
        .orElse("");
  }

  /** How many letters to add, drop, change or swap with a neighbour. */
  private static int edits(String from, String to) {
    int[][] distance = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          distance[i][j] = i + j;
          continue;
        }
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int least = distance[i - 1][j - 1] + (same ? 0 : 1);
        least = Math.min(least, 1 + Math.min(distance[i - 1][j], distance[i][j - 1]));
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          least = Math.min(least, 1 + distance[i - 2][j - 2]);
        }
        distance[i][j] = least;
      }
    }
    return distance[from.length()][to.length()];
  }
}
