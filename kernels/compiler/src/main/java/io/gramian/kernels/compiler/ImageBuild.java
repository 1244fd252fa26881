package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Compiles a source tree with NVRTC to every target. Of one compilation it writes, say, {@code
 * <output>/compute_80/<image>.ptx} with line information, {@code sm_80/<image>.cubin} of that very
 * PTX without it, and ptxas's resource report beside it as {@code <image>.ptxas.txt}. Nothing else
 * stays in the output folder.
 */
final class ImageBuild {
  private static final String PTX = "ptx";
  private static final String CUBIN = "cubin";
  private static final String REPORT = "ptxas.txt";

  private final SourceTree tree;
  private final List<Target> targets;
  private final List<String> options;
  private final Path output;
  private final Path cacheFolder;
  private final ImageCache cache;
  private final Set<Path> written = ConcurrentHashMap.newKeySet();
  private Nvrtc nvrtc;

  /**
   * Prepares a build.
   *
   * @param tree sources and headers
   * @param targets what to build
   * @param options more options of NVRTC
   * @param output folder of the images
   * @param cacheFolder folder of the cache
   */
  ImageBuild(
      SourceTree tree, List<Target> targets, List<String> options, Path output, Path cacheFolder) {
    this.tree = tree;
    this.targets = List.copyOf(targets);
    this.options = List.copyOf(options);
    this.output = output;
    this.cacheFolder = cacheFolder;
    this.cache = new ImageCache(cacheFolder);
  }

  /**
   * Builds every image that is not in the cache, over all cores, and writes all of them.
   *
   * @return how many images were compiled and how many came from the cache
   * @throws CompilationException if a source does not compile
   * @throws IOException if a file cannot be read or written
   * @throws InterruptedException if the thread is interrupted
   */
  BuildSummary run() throws CompilationException, IOException, InterruptedException {
    NvrtcArchive archive = NvrtcArchive.locate();
    Includes includes = new Includes(List.of(tree.includeFolder()));
    List<ParallelTasks.Task> misses = new ArrayList<>();
    int hits = 0;
    for (ImageSource image : tree.images()) {
      List<Path> headers = includes.of(image.file());
      for (Target target : targets) {
        String key = key(archive.identity(), image, headers, target);
        Map<String, byte[]> cached = cache.find(key, parts(target));
        if (cached != null) {
          write(image, target, cached);
          hits++;
        } else {
          misses.add(() -> compile(archive, image, target, key));
        }
      }
    }
    ParallelTasks.run(misses);
    deleteOthers();
    return new BuildSummary(misses.size(), hits);
  }

  private static List<String> parts(Target target) {
    List<String> parts = new ArrayList<>();
    if (target.hasPtx()) {
      parts.add(PTX);
    }
    if (target.hasCubin()) {
      parts.add(CUBIN);
      parts.add(REPORT);
    }
    return parts;
  }

  private void compile(NvrtcArchive archive, ImageSource image, Target target, String key)
      throws CompilationException, IOException {
    List<String> arguments = options(image, target);
    arguments.add("--include-path=" + tree.includeFolder());
    String name = tree.nameOf(image.file());
    Nvrtc.Result result =
        compiler(archive).compile(Files.readString(image.file()), name, arguments);
    Map<String, byte[]> all =
        Map.of(
            PTX, PtxText.portable(result.ptx(), tree, name),
            CUBIN, result.cubin(),
            REPORT, result.log().replace("\0", "").getBytes(StandardCharsets.UTF_8));
    Map<String, byte[]> made = new HashMap<>();
    parts(target).forEach(part -> made.put(part, all.get(part)));
    write(image, target, made);
    cache.store(key, made);
  }

  private synchronized Nvrtc compiler(NvrtcArchive archive) throws IOException {
    if (nvrtc == null) {
      nvrtc = new Nvrtc(archive.extract(cacheFolder));
    }
    return nvrtc;
  }

  private String key(String compiler, ImageSource image, List<Path> headers, Target target)
      throws IOException {
    return new CacheKey()
        .add("compiler", compiler)
        .add("options", String.join(" ", options(image, target)))
        .addFiles(tree.root(), List.of(image.file()))
        .addFiles(tree.root(), headers)
        .finish();
  }

  private List<String> options(ImageSource image, Target target) {
    List<String> all = new ArrayList<>();
    all.add("--gpu-architecture=" + target.architecture());
    all.add("--std=c++20");
    if (target.hasPtx()) {
      all.add("--generate-line-info");
    }
    if (target.hasCubin()) {
      all.add("--ptxas-options=-v");
      // Line tables and the text of the PTX would make a cubin four times as large.
      all.add("--ptxas-options=--suppress-debug-info");
    }
    all.addAll(image.defines("--define-macro="));
    all.addAll(options);
    return all;
  }

  private void write(ImageSource image, Target target, Map<String, byte[]> parts)
      throws IOException {
    for (Map.Entry<String, byte[]> part : parts.entrySet()) {
      Path folder =
          output.resolve(part.getKey().equals(PTX) ? target.ptxFolder() : target.cubinFolder());
      Files.createDirectories(folder);
      Path file = folder.resolve(image.name() + "." + part.getKey());
      Files.write(file, part.getValue());
      written.add(file);
    }
  }

  /** Images of sources and targets that are no more would go into the jar. */
  private void deleteOthers() throws IOException {
    List<Path> found;
    try (Stream<Path> below = Files.walk(output)) {
      found = below.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : found) {
      if (Files.isDirectory(path) ? isEmpty(path) : !written.contains(path)) {
        Files.delete(path);
      }
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }
}
