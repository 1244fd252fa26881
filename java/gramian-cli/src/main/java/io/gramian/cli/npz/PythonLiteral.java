package io.gramian.cli.npz;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Python literals, as far as headers of npy files have them: dictionaries as {@link Map}, tuples
 * and lists as {@link List}, strings, {@link BigInteger}, {@link Boolean}; {@code None} is null.
 */
final class PythonLiteral {
  /** Deeper ones are no header, and would exhaust the stack. */
  private static final int MOST_DEPTH = 20;

  private final String text;
  private int at;
  private int depth;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /**
   * Reads a literal.
   *
   * @param text the literal with white space around
   * @throws NpzException in one line, if it is none
   */
  static Object parse(String text) throws NpzException {
    PythonLiteral parser = new PythonLiteral(text);
    Object value = parser.value();
    parser.skipSpace();
    if (parser.at < text.length()) {
      throw parser.malformed();
    }
    return value;
  }

  private Object value() throws NpzException {
    skipSpace();
    if (++depth > MOST_DEPTH) {
      throw malformed();
    }
    Object value =
        switch (peek()) {
          case '{' -> dictionary();
          case '(' -> tuple();
          case '[' -> elements('[', ']').values;
          case '\'', '"' -> string();
          case '-', '+', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> integer();
          default -> word();
        };
    depth--;
    return value;
  }

  private Map<Object, Object> dictionary() throws NpzException {
    Map<Object, Object> entries = new LinkedHashMap<>();
    take('{');
    while (!skips('}')) {
      Object key = value();
      skipSpace();
      take(':');
      entries.put(key, value());
      if (!skips(',')) {
        skipSpace();
        take('}');
        break;
      }
    }
    return entries;
  }

  /** A tuple, or what is in parentheses alone. */
  private Object tuple() throws NpzException {
    Elements elements = elements('(', ')');
    return elements.values.size() == 1 && !elements.comma
        ? elements.values.getFirst()
        : elements.values;
  }

  private record Elements(List<Object> values, boolean comma) {}

  private Elements elements(char open, char close) throws NpzException {
    List<Object> values = new ArrayList<>();
    boolean comma = false;
    take(open);
    while (!skips(close)) {
      values.add(value());
      if (skips(',')) {
        comma = true;
      } else {
        skipSpace();
        take(close);
        break;
      }
    }
    return new Elements(values, comma);
  }

  private String string() throws NpzException {
    char quote = text.charAt(at++);
    StringBuilder value = new StringBuilder();
    while (peek() != quote) {
      char c = text.charAt(at++);
      // No name and no type has an escape sequence.
      if (c == '\\' || c == '\n') {
        throw malformed();
      }
      value.append(c);
    }
    at++;
    return value.toString();
  }

  private BigInteger integer() throws NpzException {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "+-_".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    // Python 2 marks long integers.
    String digits = text.substring(start, at).replaceFirst("L$", "").replace("_", "");
    try {
      return digits.matches("[+-]?0[xX].*")
          ? new BigInteger(digits.replaceFirst("0[xX]", ""), 16)
          : new BigInteger(digits);
    } catch (NumberFormatException e) {
      at = start;
      throw malformed();
    }
  }

  private Object word() throws NpzException {
    int start = at;
    while (at < text.length() && Character.isLetter(text.charAt(at))) {
      at++;
    }
    switch (text.substring(start, at)) {
      case "True":
        return true;
      case "False":
        return false;
      case "None":
        return null;
      case "u":
        if (peek() == '\'' || peek() == '"') {
          return string();
        }
        break;
      default:
    }
    at = start;
    throw malformed();
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  /** Whether the next character but for white space is this; then it is passed. */
  private boolean skips(char c) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private char peek() throws NpzException {
    if (at >= text.length()) {
      throw malformed();
    }
    return text.charAt(at);
  }

  private void take(char c) throws NpzException {
    if (peek() != c) {
      throw malformed();
    }
    at++;
  }

  private NpzException malformed() {
    return new NpzException("header is no Python dictionary (at character " + (at + 1) + ")");
  }
}
