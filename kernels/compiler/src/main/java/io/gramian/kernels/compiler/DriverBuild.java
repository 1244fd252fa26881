package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Compiles the emulated device with a C++ compiler: every {@code *.cpp} of a folder to an object of
 * its own, cached by what it includes, and all of them to {@code <output>/libcuda.so.1}.
 */
final class DriverBuild {
  private static final String LIBRARY = "libcuda.so.1";

  private static final List<String> OPTIONS =
      List.of(
          "-std=c++20",
          "-O2",
          "-fPIC",
          "-fvisibility=hidden",
          "-ffp-contract=off",
          "-Wall",
          "-Wextra",
          "-c");

  /** The device stays loaded because its signal handlers stay installed. */
  private static final List<String> LINK_OPTIONS =
      List.of(
          "-shared",
          "-static-libstdc++",
          "-static-libgcc",
          "-Wl,-soname," + LIBRARY,
          "-Wl,-z,defs",
          "-Wl,-z,nodelete",
          "-Wl,--exclude-libs,ALL");

  private static final List<String> LINK_LIBRARIES = List.of("-ldl", "-lpthread");

  /** The folder of sources that are compiled once for each instruction set. */
  private static final Path LANES = Path.of("lanes");

  /**
   * The instruction set of all others, which come first: of an inline function that several objects
   * hold, the linker takes the first.
   */
  private static final String BASE_LEVEL = "v3";

  private static final List<String> LEVELS = List.of("v2", "v3", "v4");

  private static final String OBJECT = "o";
  private static final String SHARED_OBJECT = "so";

  private final HostCompiler compiler;
  private final Path root;
  private final Path sources;
  private final Path output;
  private final ImageCache cache;

  /** An object: what it is compiled from, with which options. */
  private record Unit(Path source, List<String> options, String key) {}

  /**
   * Prepares a build.
   *
   * @param compiler the C++ compiler
   * @param root the project's folder
   * @param sources folder of {@code *.cpp} and headers
   * @param output folder of the library
   * @param cacheFolder folder of the cache
   */
  DriverBuild(HostCompiler compiler, Path root, Path sources, Path output, Path cacheFolder) {
    this.compiler = compiler;
    this.root = root.toAbsolutePath().normalize();
    this.sources = sources.toAbsolutePath().normalize();
    this.output = output;
    this.cache = new ImageCache(cacheFolder);
  }

  /**
   * Builds what is not in the cache, over all cores, and writes the library.
   *
   * @return how many objects were compiled and how many came from the cache
   * @throws CompilationException if a source does not compile
   * @throws IOException if a file cannot be read or written
   * @throws InterruptedException if the thread is interrupted
   */
  BuildSummary run() throws CompilationException, IOException, InterruptedException {
    Files.createDirectories(output);
    List<Unit> units = units();
    String key = linkKey(units);
    Map<String, byte[]> library = cache.find(key, List.of(SHARED_OBJECT));
    if (library != null) {
      Files.write(output.resolve(LIBRARY), library.get(SHARED_OBJECT));
      return new BuildSummary(0, units.size());
    }
    Path folder = Files.createTempDirectory("gramian-driver");
    try {
      List<ParallelTasks.Task> misses = new ArrayList<>();
      List<Path> objects = new ArrayList<>();
      for (Unit unit : units) {
        Path object = folder.resolve(objects.size() + ".o");
        objects.add(object);
        Map<String, byte[]> cached = cache.find(unit.key, List.of(OBJECT));
        if (cached != null) {
          Files.write(object, cached.get(OBJECT));
        } else {
          misses.add(() -> compile(unit, object));
        }
      }
      ParallelTasks.run(misses);
      link(objects, folder.resolve(LIBRARY), key);
      return new BuildSummary(misses.size(), units.size() - misses.size());
    } finally {
      delete(folder);
    }
  }

  private void compile(Unit unit, Path object)
      throws CompilationException, IOException, InterruptedException {
    List<String> options = new ArrayList<>(unit.options);
    options.add("-I" + sources);
    compiler.run(
        "compiling " + unit.source, HostCompiler.arguments(options, List.of(unit.source), object));
    cache.store(unit.key, Map.of(OBJECT, Files.readAllBytes(object)));
  }

  private void link(List<Path> objects, Path library, String key)
      throws CompilationException, IOException, InterruptedException {
    List<String> arguments = HostCompiler.arguments(LINK_OPTIONS, objects, library);
    arguments.addAll(LINK_LIBRARIES);
    compiler.run("linking " + LIBRARY, arguments);
    byte[] bytes = Files.readAllBytes(library);
    Files.write(output.resolve(LIBRARY), bytes);
    cache.store(key, Map.of(SHARED_OBJECT, bytes));
  }

  private List<Unit> units() throws IOException, CompilationException, InterruptedException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(sources)) {
      files = found.filter(file -> file.toString().endsWith(".cpp")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new CompilationException("no *.cpp file under " + sources);
    }
    Includes headers = new Includes(List.of(sources));
    String identity = compiler.identity();
    List<Unit> units = new ArrayList<>();
    for (Path file : files) {
      if (!isOfLanes(file)) {
        units.add(unit(file, identity, headers, List.of("-march=x86-64-" + BASE_LEVEL)));
      }
    }
    for (String level : LEVELS) {
      for (Path file : files) {
        if (isOfLanes(file)) {
          units.add(
              unit(
                  file,
                  identity,
                  headers,
                  List.of("-march=x86-64-" + level, "-DGRAMIAN_LANES=lanes_" + level)));
        }
      }
    }
    return units;
  }

  private boolean isOfLanes(Path file) {
    return sources.relativize(file).startsWith(LANES);
  }

  private Unit unit(Path file, String identity, Includes headers, List<String> more)
      throws IOException {
    List<String> options = new ArrayList<>(OPTIONS);
    options.addAll(more);
    String key =
        new CacheKey()
            .add("compiler", identity)
            .add("options", String.join(" ", options))
            .addFiles(root, List.of(file))
            .addFiles(root, headers.of(file))
            .finish();
    return new Unit(file, options, key);
  }

  private static String linkKey(List<Unit> units) {
    CacheKey key = new CacheKey().add("options", LINK_OPTIONS + " " + LINK_LIBRARIES);
    units.forEach(unit -> key.add("object", unit.key));
    return key.finish();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
