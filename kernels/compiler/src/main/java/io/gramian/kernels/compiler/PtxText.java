package io.gramian.kernels.compiler;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The PTX that NVRTC gives, made the same on every machine. */
final class PtxText {
  private static final Pattern FILE =
      Pattern.compile("^(\\s*\\.file\\s+\\d+\\s+\")([^\"]+)(\".*)$", Pattern.MULTILINE);

  private PtxText() {}

  /**
   * Names source files relative to the project, and drops the zero at the end.
   *
   * @param ptx what NVRTC gives; it names files by absolute paths
   * @param tree the sources and headers
   * @param name the name that NVRTC was given for the source, which it takes as relative to the
   *     folder that the program runs in
   * @return the text
   */
  static byte[] portable(byte[] ptx, SourceTree tree, String name) {
    int length = ptx.length > 0 && ptx[ptx.length - 1] == 0 ? ptx.length - 1 : ptx.length;
    String text = new String(ptx, 0, length, StandardCharsets.UTF_8);
    Path source = Path.of("").toAbsolutePath().resolve(name).normalize();
    Matcher matcher = FILE.matcher(text);
    StringBuilder result = new StringBuilder(length);
    while (matcher.find()) {
      Path file = Path.of(matcher.group(2)).normalize();
      String portable = file.equals(source) ? name : tree.nameOf(file);
      matcher.appendReplacement(
          result, Matcher.quoteReplacement(matcher.group(1) + portable + matcher.group(3)));
    }
    matcher.appendTail(result);
    return result.toString().getBytes(StandardCharsets.UTF_8);
  }
}
