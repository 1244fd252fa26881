package io.gramian.kernels.compiler;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parsed command line.
 *
 * @param mode what is built
 * @param sources folder of the {@code *.cu} files, or of the driver's sources
 * @param include folder of the headers of images; null for the driver
 * @param output folder that the images or the driver are written to
 * @param cache folder of the cache
 * @param root the project's folder
 * @param targets targets of the images
 * @param options more options of NVRTC
 * @param hostCompiler command of the C++ compiler of the driver
 * @param resources file of the table of the kernels' resources; null for none
 */
public record Arguments(
    Mode mode,
    Path sources,
    Path include,
    Path output,
    Path cache,
    Path root,
    List<Target> targets,
    List<String> options,
    String hostCompiler,
    Path resources) {

  /** What the program builds. */
  public enum Mode {
    /** Cubins and PTX, by NVRTC. */
    IMAGES,
    /** The driver of the emulated device, by a C++ compiler. */
    DRIVER
  }

  /** One text that explains every option. */
  public static final String USAGE =
      """
      usage: images --sources DIR --include DIR --output DIR [options]
             driver --sources DIR --output DIR [options]
        --cache DIR             cache of what compilers made (default: ~/.cache/gramian/kernels)
        --root DIR              names of files are relative to it (default: .)
        --targets A,B           images: targets (default: sm_80,sm_90a)
        --options TEXT          images: more options of NVRTC, separated by spaces
        --resources FILE        images: write a table of what every kernel takes
        --host-compiler NAME    driver: C++ compiler (default: g++)\
      """;

  private static final List<Target> DEFAULT_TARGETS = List.of(Target.SM_80, Target.SM_90A);

  private static final Set<String> OPTIONS =
      Set.of(
          "--sources",
          "--include",
          "--output",
          "--cache",
          "--root",
          "--targets",
          "--options",
          "--resources",
          "--host-compiler");

  /**
   * Parses a command line.
   *
   * @param arguments the mode and then options with their values
   * @return the parsed arguments
   * @throws IllegalArgumentException if the mode or an option is unknown, or one is missing
   */
  public static Arguments parse(String... arguments) {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("missing mode: images or driver");
    }
    Mode mode =
        switch (arguments[0]) {
          case "images" -> Mode.IMAGES;
          case "driver" -> Mode.DRIVER;
          default -> throw new IllegalArgumentException("unknown mode '" + arguments[0] + "'");
        };
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i < arguments.length; i += 2) {
      if (!OPTIONS.contains(arguments[i])) {
        throw new IllegalArgumentException("unknown option '" + arguments[i] + "'");
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("option " + arguments[i] + " lacks its value");
      }
      options.put(arguments[i], arguments[i + 1]);
    }
    String cache = options.get("--cache");
    String targets = options.get("--targets");
    String resources = options.get("--resources");
    String more = options.getOrDefault("--options", "").strip();
    return new Arguments(
        mode,
        required(options, "--sources"),
        mode == Mode.IMAGES ? required(options, "--include") : null,
        required(options, "--output"),
        cache == null ? ImageCache.defaultFolder() : Path.of(cache),
        Path.of(options.getOrDefault("--root", "")),
        targets == null ? DEFAULT_TARGETS : Target.parseList(targets),
        more.isEmpty() ? List.of() : List.of(more.split(" +")),
        options.getOrDefault("--host-compiler", "g++"),
        resources == null ? null : Path.of(resources));
  }

  private static Path required(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      throw new IllegalArgumentException("missing option " + name);
    }
    return Path.of(value);
  }
}
