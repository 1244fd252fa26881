package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compiles the emulated device and, for it, a source tree of kernels, with a C++ compiler. Writes
 * {@code <output>/libcuda.so.1} and {@code <output>/<name>.so}.
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

  private static final List<String> DEVICE_OPTIONS =
      List.of(
          "-std=c++20",
          "-O2",
          "-march=x86-64-v3",
          "-fPIC",
          "-fvisibility=hidden",
          "-ffp-contract=off",
          "-Wall",
          "-Wextra",
          "-c");

  /** The device stays loaded because its signal handlers stay installed. */
  private static final List<String> DEVICE_LINK_OPTIONS =
      List.of(
          "-shared",
          "-static-libstdc++",
          "-static-libgcc",
          "-Wl,-soname,libcuda.so.1",
          "-Wl,-z,defs",
          "-Wl,-z,nodelete",
          "-Wl,--exclude-libs,ALL");

  private static final List<String> DEVICE_LIBRARIES = List.of("-ldl", "-lpthread");

  private static final String DEVICE_NAME = "libcuda.so.1";

  private final HostCompiler compiler;
  private final SourceTree kernels;
  private final Path deviceSources;
  private final Path output;
  private final ImageCache cache;
  private final Path coverage;

  /**
   * Prepares a build.
   *
   * @param compiler the C++ compiler
   * @param kernels kernels and their headers
   * @param deviceSources folder of the device's own {@code *.cpp} and headers
   * @param output folder of the images
   * @param cacheFolder folder of the cache
   * @param coverage a folder that the images are to count their lines in; null for plain images
   */
  EmulatedBuild(
      HostCompiler compiler,
      SourceTree kernels,
      Path deviceSources,
      Path output,
      Path cacheFolder,
      Path coverage) {
    this.compiler = compiler;
    this.kernels = kernels;
    this.deviceSources = deviceSources;
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
    List<Path> headers = kernels.headers();
    List<ParallelTasks.Task> misses = new ArrayList<>();
    int hits = 0;
    if (coverage != null) {
      deleteIfThere(coverage);
      Files.createDirectories(coverage);
    }
    for (Path source : kernels.sources()) {
      if (coverage != null) {
        misses.add(() -> compileCounting(source));
        continue;
      }
      String key =
          new CacheKey()
              .add("compiler", identity)
              .add("options", KERNEL_OPTIONS + " " + KERNEL_LINK_OPTIONS + KERNEL_LIBRARIES)
              .addFiles(kernels.sourceFolder(), List.of(source))
              .addFiles(kernels.includeFolder(), headers)
              .finish();
      Path image = output.resolve(SourceTree.imageName(source) + ".so");
      if (copyCached(key, image)) {
        hits++;
      } else {
        misses.add(() -> compileKernels(source, image, key));
      }
    }
    List<Path> deviceFiles = deviceFiles();
    String deviceKey =
        new CacheKey()
            .add("compiler", identity)
            .add("options", DEVICE_OPTIONS + " " + DEVICE_LINK_OPTIONS + DEVICE_LIBRARIES)
            .addFiles(deviceSources, deviceFiles)
            .addFiles(kernels.includeFolder(), headers)
            .finish();
    if (copyCached(deviceKey, output.resolve(DEVICE_NAME))) {
      hits++;
    } else {
      misses.add(() -> compileDevice(deviceFiles, deviceKey));
    }
    ParallelTasks.run(misses);
    return new BuildSummary(misses.size(), hits);
  }

  private boolean copyCached(String key, Path file) throws IOException {
    Optional<CompiledImage> image = cache.find(key);
    if (image.isPresent()) {
      Files.write(file, image.get().bytes());
    }
    return image.isPresent();
  }

  private void compileKernels(Path source, Path image, String key)
      throws CompilationException, IOException, InterruptedException {
    Path folder = Files.createTempDirectory("gramian-kernels");
    try {
      Path object = folder.resolve("kernels.o");
      List<String> options = new ArrayList<>(KERNEL_OPTIONS);
      options.add("-I" + kernels.includeFolder());
      String log =
          compiler.run(
              "compiling " + source, HostCompiler.arguments(options, List.of(source), object));
      List<String> link = HostCompiler.arguments(KERNEL_LINK_OPTIONS, List.of(object), image);
      link.addAll(KERNEL_LIBRARIES);
      log += compiler.run("linking " + image, link);
      cache.store(key, new CompiledImage(Files.readAllBytes(image), log));
    } finally {
      delete(folder);
    }
  }

  /** Objects and counters stay in the coverage folder, so such an image is never cached. */
  private void compileCounting(Path source)
      throws CompilationException, IOException, InterruptedException {
    String name = SourceTree.imageName(source);
    Path object = coverage.toAbsolutePath().resolve(name + ".o");
    List<String> options = new ArrayList<>(KERNEL_OPTIONS);
    options.addAll(COVERAGE_OPTIONS);
    options.add("-I" + kernels.includeFolder());
    compiler.run("compiling " + source, HostCompiler.arguments(options, List.of(source), object));
    Path image = output.resolve(name + ".so");
    List<String> link = new ArrayList<>(KERNEL_LINK_OPTIONS);
    link.add("--coverage");
    List<String> arguments = HostCompiler.arguments(link, List.of(object), image);
    arguments.addAll(KERNEL_LIBRARIES);
    compiler.run("linking " + image, arguments);
  }

  private void compileDevice(List<Path> files, String key)
      throws CompilationException, IOException, InterruptedException {
    Path folder = Files.createTempDirectory("gramian-device");
    try {
      List<String> options = new ArrayList<>(DEVICE_OPTIONS);
      options.add("-I" + deviceSources);
      options.add("-I" + kernels.includeFolder());
      List<Path> objects = new ArrayList<>();
      StringBuilder log = new StringBuilder();
      for (Path file : files) {
        if (!file.toString().endsWith(".cpp")) {
          continue;
        }
        Path object = folder.resolve(objects.size() + ".o");
        log.append(
            compiler.run(
                "compiling " + file, HostCompiler.arguments(options, List.of(file), object)));
        objects.add(object);
      }
      Path library = output.resolve(DEVICE_NAME);
      List<String> link = HostCompiler.arguments(DEVICE_LINK_OPTIONS, objects, library);
      link.addAll(DEVICE_LIBRARIES);
      log.append(compiler.run("linking " + library, link));
      cache.store(key, new CompiledImage(Files.readAllBytes(library), log.toString()));
    } finally {
      delete(folder);
    }
  }

  private List<Path> deviceFiles() throws IOException, CompilationException {
    try (Stream<Path> files = Files.walk(deviceSources)) {
      List<Path> found =
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.toString().endsWith(".cpp") || file.toString().endsWith(".h"))
              .sorted()
              .toList();
      if (found.stream().noneMatch(file -> file.toString().endsWith(".cpp"))) {
        throw new CompilationException("no *.cpp file under " + deviceSources);
      }
      return found;
    }
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
