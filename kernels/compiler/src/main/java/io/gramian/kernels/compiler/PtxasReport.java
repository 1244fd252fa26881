package io.gramian.kernels.compiler;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resources of each kernel of an image, read from what ptxas writes with {@code -v}.
 *
 * @param kernels the resources by the name of the kernel, in the order of the report
 */
public record PtxasReport(Map<String, Resources> kernels) {
  private static final Pattern ENTRY = Pattern.compile("Compiling entry function '([^']+)'");
  private static final Pattern PROPERTIES = Pattern.compile("Function properties for (\\S+)");
  private static final Pattern FRAME =
      Pattern.compile(
          "(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads");
  private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
  private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

  /**
   * What one kernel takes.
   *
   * @param registers 32-bit registers per thread
   * @param stackBytes stack frame per thread
   * @param spillStoreBytes bytes of spill stores
   * @param spillLoadBytes bytes of spill loads
   * @param sharedBytes static shared memory per block
   */
  public record Resources(
      int registers, int stackBytes, int spillStoreBytes, int spillLoadBytes, int sharedBytes) {}

  /**
   * Parses a report.
   *
   * @param text the log of NVRTC
   * @return the resources of every kernel that the report names
   * @throws IllegalArgumentException if a kernel is announced and its frame or registers are
   *     missing
   */
  public static PtxasReport parse(String text) {
    Map<String, Resources> kernels = new LinkedHashMap<>();
    String kernel = null;
    String properties = null;
    int[] frame = null;
    for (String line : text.lines().toList()) {
      Matcher entry = ENTRY.matcher(line);
      if (entry.find()) {
        requireFinished(kernel);
        kernel = entry.group(1);
        frame = null;
        continue;
      }
      Matcher named = PROPERTIES.matcher(line);
      if (named.find()) {
        properties = named.group(1);
      }
      Matcher frames = FRAME.matcher(line);
      if (frames.find() && kernel != null && kernel.equals(properties)) {
        frame = new int[] {number(frames, 1), number(frames, 2), number(frames, 3)};
      }
      Matcher registers = REGISTERS.matcher(line);
      if (registers.find() && kernel != null && frame != null) {
        Matcher shared = SHARED.matcher(line);
        int sharedBytes = shared.find() ? number(shared, 1) : 0;
        kernels.put(
            kernel, new Resources(number(registers, 1), frame[0], frame[1], frame[2], sharedBytes));
        kernel = null;
      }
    }
    requireFinished(kernel);
    return new PtxasReport(kernels);
  }

  private static void requireFinished(String kernel) {
    if (kernel != null) {
      throw new IllegalArgumentException(
          "the ptxas report of kernel '" + kernel + "' lacks its stack frame or its registers");
    }
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }
}
