package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table of what every kernel takes of every target: ptxas's report, the launch bound, and how
 * many blocks of that size a multiprocessor runs at a time.
 */
public final class ResourceTable {
  /** The first line of the file. */
  public static final String HEADER =
      "target,kernel,threads,registers,static_shared_bytes,stack_bytes,spill_store_bytes,"
          + "spill_load_bytes,blocks_per_multiprocessor,limited_by,occupancy_percent,"
          + "dynamic_shared_bytes_that_keep_it";

  private static final Pattern BOUND =
      Pattern.compile("\\.entry (\\w+)\\([^)]*\\)\\s*\\.maxntid (\\d+)");

  private ResourceTable() {}

  /**
   * Writes the table of the images in a folder.
   *
   * @param output where the images are
   * @param targets what was built; those without cubins have no lines
   * @param images the images
   * @param file where the table goes
   * @throws IOException if a report cannot be read or the file not be written
   */
  static void write(Path output, List<Target> targets, List<ImageSource> images, Path file)
      throws IOException {
    List<String> names = images.stream().map(ImageSource::name).sorted().toList();
    Map<String, Integer> threads = new TreeMap<>();
    for (Target target : targets) {
      if (target.hasPtx()) {
        for (String name : names) {
          Path ptx = output.resolve(target.ptxFolder()).resolve(name + ".ptx");
          threads.putAll(launchBounds(ptx));
        }
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(HEADER);
    for (Target target : targets) {
      if (target.hasCubin()) {
        for (String name : names) {
          Path report = output.resolve(target.cubinFolder()).resolve(name + ".ptxas.txt");
          new TreeMap<>(PtxasReport.parse(Files.readString(report)).kernels())
              .forEach((kernel, used) -> lines.add(line(target, kernel, used, threads)));
        }
      }
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, lines);
  }

  /** The most threads of a block, by kernel, as {@code __launch_bounds__} gives them. */
  static Map<String, Integer> launchBounds(Path ptx) throws IOException {
    Map<String, Integer> bounds = new TreeMap<>();
    Matcher kernels = BOUND.matcher(Files.readString(ptx));
    while (kernels.find()) {
      bounds.put(kernels.group(1), Integer.parseInt(kernels.group(2)));
    }
    return bounds;
  }

  private static String line(
      Target target, String kernel, PtxasReport.Resources used, Map<String, Integer> bounds) {
    Integer threads = bounds.get(kernel);
    String start = target.architecture() + "," + kernel + ",";
    String resources =
        String.format(
            ",%d,%d,%d,%d,%d,",
            used.registers(),
            used.sharedBytes(),
            used.stackBytes(),
            used.spillStoreBytes(),
            used.spillLoadBytes());
    if (threads == null) {
      return start + resources + ",,,";
    }
    Multiprocessor multiprocessor = Multiprocessor.of(target);
    Multiprocessor.Occupancy occupancy = multiprocessor.occupancy(used, threads);
    return start
        + threads
        + resources
        + String.format(
            "%d,%s,%d,%d",
            occupancy.blocks(),
            occupancy.limit(),
            multiprocessor.percent(occupancy.blocks(), threads),
            occupancy.dynamicSharedBytes());
  }
}
