package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compiles a source tree with NVRTC to every target. Writes {@code <output>/<target>/<name>.cubin}
 * (or {@code .ptx}), and for a cubin ptxas's resource report beside it as {@code <name>.ptxas.txt}.
 */
public final class DeviceBuild {
  private final SourceTree tree;
  private final List<Target> targets;
  private final Path output;
  private final Path cacheFolder;
  private final ImageCache cache;
  private Nvrtc nvrtc;

  /**
   * Prepares a build.
   *
   * @param tree sources and headers
   * @param targets what to build
   * @param output folder of the images
   * @param cacheFolder folder of the cache
   */
  public DeviceBuild(SourceTree tree, List<Target> targets, Path output, Path cacheFolder) {
    this.tree = tree;
    this.targets = List.copyOf(targets);
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
  public BuildSummary run() throws CompilationException, IOException, InterruptedException {
    NvrtcArchive archive = NvrtcArchive.locate();
    List<Path> headers = tree.deviceHeaders();
    List<ParallelTasks.Task> misses = new ArrayList<>();
    int hits = 0;
    for (Path source : tree.sources()) {
      for (Target target : targets) {
        String key = key(archive.identity(), source, headers, target);
        Optional<CompiledImage> cached = cache.find(key);
        if (cached.isPresent()) {
          write(source, target, cached.get());
          hits++;
        } else {
          misses.add(() -> compile(archive, source, target, key));
        }
      }
    }
    ParallelTasks.run(misses);
    return new BuildSummary(misses.size(), hits);
  }

  private void compile(NvrtcArchive archive, Path source, Target target, String key)
      throws CompilationException, IOException {
    List<String> options = new ArrayList<>(options(target));
    options.add("--include-path=" + tree.includeFolder());
    CompiledImage image =
        compiler(archive)
            .compile(
                Files.readString(source), source.getFileName().toString(), target.kind(), options);
    write(source, target, image);
    cache.store(key, image);
  }

  private synchronized Nvrtc compiler(NvrtcArchive archive) throws IOException {
    if (nvrtc == null) {
      nvrtc = new Nvrtc(archive.extract(cacheFolder));
    }
    return nvrtc;
  }

  private String key(String compiler, Path source, List<Path> headers, Target target)
      throws IOException {
    return new CacheKey()
        .add("compiler", compiler)
        .add("options", String.join(" ", options(target)))
        .addFiles(tree.sourceFolder(), List.of(source))
        .addFiles(tree.includeFolder(), headers)
        .finish();
  }

  private static List<String> options(Target target) {
    List<String> options = new ArrayList<>();
    options.add("--gpu-architecture=" + target.architecture());
    options.add("--std=c++20");
    if (target.kind() == Target.Kind.CUBIN) {
      options.add("--ptxas-options=-v");
    }
    return options;
  }

  private void write(Path source, Target target, CompiledImage image) throws IOException {
    Path folder = output.resolve(target.architecture());
    Files.createDirectories(folder);
    String name = SourceTree.imageName(source);
    Files.write(folder.resolve(name + target.imageSuffix()), image.bytes());
    if (target.kind() == Target.Kind.CUBIN) {
      Files.writeString(folder.resolve(name + ".ptxas.txt"), image.log(), StandardCharsets.UTF_8);
    }
  }
}
