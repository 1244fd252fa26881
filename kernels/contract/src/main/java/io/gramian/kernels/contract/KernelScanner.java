package io.gramian.kernels.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the kernels that a source declares by name. Those that a macro makes, one for each of many
 * types or sizes, are named by the host.
 */
final class KernelScanner {
  private static final Pattern DECLARATION =
      Pattern.compile(
          "^GRAMIAN_KERNEL\\(\\s*(\\w+)\\s*,\\s*([\\w:]+)\\s*,\\s*([\\w:]+)\\s*\\)",
          Pattern.MULTILINE);

  /** A source that is compiled for several values of a macro has an image for each. */
  private static final Pattern IMAGES =
      Pattern.compile("^// @images GRAMIAN_([A-Z]+) = (\\d+(?: \\d+)*)$");

  private KernelScanner() {}

  /**
   * Adds the images and the kernels of a source.
   *
   * @param image its image, or what the names of its images begin with
   * @param file as messages name it
   */
  static void scan(Contract contract, String image, String file, List<String> lines)
      throws ContractException {
    images(image, lines).forEach(contract::addImage);
    String text = String.join("\n", withoutMacros(lines));
    Matcher matcher = DECLARATION.matcher(text);
    while (matcher.find()) {
      int line = (int) text.substring(0, matcher.start()).lines().count() + 1;
      Location location = new Location(file, line);
      Struct struct = contract.struct("", matcher.group(2));
      if (struct == null) {
        throw new ContractException(
            location, "'" + matcher.group(2) + "' is no struct of a contract header");
      }
      contract.add(
          new Kernel(image, matcher.group(1), threads(contract, location, matcher), struct));
    }
  }

  private static List<String> images(String image, List<String> lines) {
    for (String line : lines) {
      Matcher matcher = IMAGES.matcher(line);
      if (matcher.matches()) {
        String prefix = image + "_" + matcher.group(1).toLowerCase(Locale.ROOT);
        return Arrays.stream(matcher.group(2).split(" ")).map(value -> prefix + value).toList();
      }
    }
    return List.of(image);
  }

  private static long threads(Contract contract, Location location, Matcher matcher)
      throws ContractException {
    String text = matcher.group(3);
    if (text.matches("\\d+")) {
      return Long.parseLong(text);
    }
    Constant constant = contract.constant("", text);
    if (constant == null) {
      throw new ContractException(location, "'" + text + "' is no constant of a contract header");
    }
    return constant.values().getFirst().longValue();
  }

  /** The lines, those of macros and their continuations empty. */
  private static List<String> withoutMacros(List<String> lines) {
    List<String> result = new ArrayList<>();
    boolean isMacro = false;
    for (String line : lines) {
      isMacro = isMacro || line.startsWith("#");
      result.add(isMacro ? "" : line);
      isMacro = isMacro && line.endsWith("\\");
    }
    return result;
  }
}
