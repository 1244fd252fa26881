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
 * Compiles a source tree of kernels for the emulated device, with a C++ compiler, to {@code
 * <output>/<name>.so}.
 */
public final class EmulatedBuild {
  /**
   * Kernels are compiled with the instrumentation of the thread sanitizer, and linked without its
   * run-time library: the emulated device supplies what the instrumentation calls. Whatever merges
   * or contracts accesses or arithmetic is off, so that the device sees each access as written.
   */
  private static final List<String> KERNEL_OPTIONS =
      List.of(
          "-std=c++20",
          "-O2",
          "-march=x86-64-v3",
          "-fPIC",
          "-fvisibility=hidden",
          "-ffp-contract=off",
          "-Wall",
          "-Wextra",
          "-Wno-unknown-pragmas",
          "-fno-gnu-unique",
          "-fno-tree-vectorize",
          "-fno-tree-slp-vectorize",
          "-fno-store-merging",
          "-fno-tree-loop-distribute-patterns",
          "-fno-exceptions",
          "-fno-rtti",
          "-fno-strict-aliasing",
          "-fsanitize=thread",
          "-DGRAMIAN_EMULATED",
          "-c",
          "-x",
          "c++");

  /** With counters of the lines that run; at -O2 some lines have no code of their own left. */
  private static final List<String> COVERAGE_OPTIONS =
      List.of("-O1", "--coverage", "-fprofile-update=atomic");

  private static final List<String> KERNEL_LINK_OPTIONS =
      List.of("-shared", "-Wl,-z,defs,--as-needed");
  private static final List<String> KERNEL_LIBRARIES = List.of("-lm");

  private static final String IMAGE = "so";

  private final HostCompiler compiler;
  private final SourceTree kernels;
  private final Path output;
  private final ImageCache cache;
  private final Path coverage;

  /**
   * Prepares a build.
   *
   * @param compiler the C++ compiler
   * @param kernels kernels and their headers
   * @param output folder of the images
   * @param cacheFolder folder of the cache
   * @param coverage a folder that the images are to count their lines in; null for plain images
   */
  EmulatedBuild(
      HostCompiler compiler, SourceTree kernels, Path output, Path cacheFolder, Path coverage) {
    this.compiler = compiler;
    this.kernels = kernels;
    this.output = output;
    this.cache = new ImageCache(cacheFolder);
    this.coverage = coverage;
  }

  /**
   * Builds what is not in the cache, over all cores, and writes everything.
   *
   * @return how many files were compiled and how many came from the cache
   * @throws CompilationException if a source does not compile
   * @throws IOException if a file cannot be read or written
   * @throws InterruptedException if the thread is interrupted
   */
  public BuildSummary run() throws CompilationException, IOException, InterruptedException {
    Files.createDirectories(output);
    String identity = compiler.identity();
    Includes includes = new Includes(List.of(kernels.includeFolder()));
    List<ParallelTasks.Task> misses = new ArrayList<>();
    int hits = 0;
    if (coverage != null) {
      deleteIfThere(coverage);
      Files.createDirectories(coverage);
    }
    for (ImageSource source : kernels.images()) {
      if (coverage != null) {
        misses.add(() -> compileCounting(source));
        continue;
      }
      String key =
          new CacheKey()
              .add("compiler", identity)
              .add("options", KERNEL_OPTIONS + " " + KERNEL_LINK_OPTIONS + KERNEL_LIBRARIES)
              .add("macro", String.join(" ", source.defines("-D")))
              .addFiles(kernels.root(), List.of(source.file()))
              .addFiles(kernels.root(), includes.of(source.file()))
              .finish();
      Path image = output.resolve(source.name() + ".so");
      Map<String, byte[]> cached = cache.find(key, List.of(IMAGE));
      if (cached != null) {
        Files.write(image, cached.get(IMAGE));
        hits++;
      } else {
        misses.add(() -> compileKernels(source, image, key));
      }
    }
    ParallelTasks.run(misses);
    return new BuildSummary(misses.size(), hits);
  }

  private void compileKernels(ImageSource source, Path image, String key)
      throws CompilationException, IOException, InterruptedException {
    Path folder = Files.createTempDirectory("gramian-kernels");
    try {
      Path object = folder.resolve("kernels.o");
      List<String> options = new ArrayList<>(KERNEL_OPTIONS);
      options.addAll(source.defines("-D"));
      options.add("-I" + kernels.includeFolder());
      compiler.run(
          "compiling " + source.file(),
          HostCompiler.arguments(options, List.of(source.file()), object));
      List<String> link = HostCompiler.arguments(KERNEL_LINK_OPTIONS, List.of(object), image);
      link.addAll(KERNEL_LIBRARIES);
      compiler.run("linking " + image, link);
      cache.store(key, Map.of(IMAGE, Files.readAllBytes(image)));
    } finally {
      delete(folder);
    }
  }

  /** Objects and counters stay in the coverage folder, so such an image is never cached. */
  private void compileCounting(ImageSource source)
      throws CompilationException, IOException, InterruptedException {
    Path object = coverage.toAbsolutePath().resolve(source.name() + ".o");
    List<String> options = new ArrayList<>(KERNEL_OPTIONS);
    options.addAll(COVERAGE_OPTIONS);
    options.addAll(source.defines("-D"));
    options.add("-I" + kernels.includeFolder());
    compiler.run(
        "compiling " + source.file(),
        HostCompiler.arguments(options, List.of(source.file()), object));
    Path image = output.resolve(source.name() + ".so");
    List<String> link = new ArrayList<>(KERNEL_LINK_OPTIONS);
    link.add("--coverage");
    List<String> arguments = HostCompiler.arguments(link, List.of(object), image);
    arguments.addAll(KERNEL_LIBRARIES);
    compiler.run("linking " + image, arguments);
  }

  private static void deleteIfThere(Path folder) throws IOException {
    if (Files.exists(folder)) {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
