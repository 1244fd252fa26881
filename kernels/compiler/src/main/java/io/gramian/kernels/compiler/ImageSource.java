package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image is made from: a source file, and the value of the macro that the file has several
 * images for. A file says so in a line of its own:
 *
 * <pre>// @images GRAMIAN_N = 1 2 3</pre>
 *
 * makes {@code volume.cu} the images {@code volume_n1}, {@code volume_n2} and {@code volume_n3},
 * each compiled with {@code GRAMIAN_N} defined. Without such a line there is one image, {@code
 * volume}.
 *
 * @param file the source
 * @param name name of the image
 * @param define {@code MACRO=value}; null for none
 * @param value the macro's value; 0 for none
 */
public record ImageSource(Path file, String name, String define, int value) {
  private static final Pattern IMAGES =
      Pattern.compile("^// @images GRAMIAN_([A-Z]+) = (\\d+(?: \\d+)*)$", Pattern.MULTILINE);

  /** What a line that means to be one and is not starts with. */
  private static final String MARK = "@images";

  /**
   * Reads which images a source has.
   *
   * @param file the source
   * @return one or more, in the order of the file's line
   * @throws IOException if it cannot be read
   * @throws CompilationException if its line cannot be understood
   */
  static List<ImageSource> of(Path file) throws IOException, CompilationException {
    String fileName = file.getFileName().toString();
    String base = fileName.substring(0, fileName.lastIndexOf('.'));
    String text = Files.readString(file);
    Matcher matcher = IMAGES.matcher(text);
    if (!matcher.find()) {
      if (text.contains(MARK)) {
        throw new CompilationException(
            file + ": expected a line like '// @images GRAMIAN_N = 1 2 3'");
      }
      return List.of(new ImageSource(file, base, null, 0));
    }
    String macro = matcher.group(1);
    return Arrays.stream(matcher.group(2).split(" "))
        .map(Integer::valueOf)
        .map(
            value ->
                new ImageSource(
                    file,
                    base + "_" + macro.toLowerCase(Locale.ROOT) + value,
                    "GRAMIAN_" + macro + "=" + value,
                    value))
        .toList();
  }

  /**
   * Returns the compiler option for the macro.
   *
   * @param option for instance {@code -D}
   * @return no or one argument
   */
  List<String> defines(String option) {
    return define == null ? List.of() : List.of(option + define);
  }
}
