package io.gramian.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a header into tokens. Of the preprocessor it takes {@code #pragma once} and includes. */
final class Lexer {
  private static final Pattern TOKEN =
      Pattern.compile(
          "[A-Za-z_]\\w*"
              + "|0x[0-9a-fA-F]+u?"
              + "|\\d+\\.\\d*(?:[eE][-+]?\\d+)?f?"
              + "|\\d+(?:[eE][-+]?\\d+)f?"
              + "|\\d+u?"
              + "|::|<<"
              + "|[{}()\\[\\]=,;:*+\\-/]");

  private final String file;
  private final List<Token> tokens = new ArrayList<>();

  private Lexer(String file) {
    this.file = file;
  }

  /** The tokens of a text, and after them an empty one. */
  static List<Token> tokens(String file, List<String> lines) throws ContractException {
    Lexer lexer = new Lexer(file);
    List<String> comment = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.startsWith("//")) {
        comment.add(line.substring(2).strip());
        continue;
      }
      lexer.line(line, new Location(file, i + 1), String.join(" ", comment));
      comment.clear();
    }
    lexer.tokens.add(new Token("", new Location(file, lines.size()), "", ""));
    return lexer.tokens;
  }

  private void line(String line, Location location, String comment) throws ContractException {
    if (line.equals("#pragma once") || line.startsWith("#include \"")) {
      return;
    }
    int slashes = line.indexOf("//");
    String code = slashes < 0 ? line : line.substring(0, slashes);
    String trailing = slashes < 0 ? "" : line.substring(slashes + 2).strip();
    Matcher matcher = TOKEN.matcher(code);
    int end = 0;
    boolean isFirst = true;
    while (matcher.find()) {
      requireBlank(code.substring(end, matcher.start()), location);
      end = matcher.end();
      boolean isLast = code.substring(end).isBlank();
      tokens.add(
          new Token(matcher.group(), location, isFirst ? comment : "", isLast ? trailing : ""));
      isFirst = false;
    }
    requireBlank(code.substring(end), location);
  }

  private void requireBlank(String between, Location location) throws ContractException {
    if (!between.isBlank()) {
      throw new ContractException(
          location, "'" + between.strip() + "' is not of what host and device can share");
    }
  }

  @Override
  public String toString() {
    return file;
  }
}
