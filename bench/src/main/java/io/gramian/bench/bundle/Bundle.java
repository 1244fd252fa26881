package io.gramian.bench.bundle;

import io.gramian.cli.io.AtomicOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What goes into the archive.
 *
 * <pre>
 * gramian       the launcher, for any POSIX shell
 * gpu-box       runs everything on a machine with a GPU and collects the results
 * lib/          jars: the command, the library, the kernels, the emulated device
 * runtime/      the runtime
 * python/       peers for the python3 of the machine
 * </pre>
 *
 * @param libraries jars and folders of classes of the command, by the name that each gets in lib/
 * @param kernels jar of the kernels for GPUs; null for none
 * @param targets of these kernels
 * @param emulated jar of the emulated device; null for none
 * @param python folder of Python scripts; null for none
 * @param commit of the sources; may be empty
 * @param texts more text files, by their name
 */
record Bundle(
    Map<String, Path> libraries,
    Path kernels,
    List<String> targets,
    Path emulated,
    Path python,
    String commit,
    Map<String, String> texts) {
  /** All files are in a folder of this name. */
  static final String FOLDER = "gramian-linux-x86_64";

  private static final String KERNELS = "META-INF/gramian/kernels/";
  private static final String COMPILER_REPORT = ".ptxas.txt";

  /** Pictures of the command train, which is not in the bundle: it needs java.desktop. */
  private static final Predicate<String> NO_PICTURES =
      name -> !(name.startsWith("io/gramian/cli/emoji/") && name.endsWith(".png"));

  private static final List<String> SCRIPTS = List.of("gramian", "gpu-box");
  private static final String README = "README.txt";

  private interface Entry {
    void write(TarGz archive, String path) throws IOException;
  }

  /** Writes the archive; it is there only once it is complete. */
  void write(Path out) throws IOException {
    Path work = Files.createTempDirectory("gramian-bundle");
    try {
      Path runtime = work.resolve("runtime");
      RuntimeImage.link(runtime);
      SortedMap<String, Entry> entries = new TreeMap<>();
      addScripts(entries);
      addLibraries(entries);
      addFolder(entries, "runtime/", runtime, _ -> true);
      if (python != null) {
        addFolder(entries, "python/", python, name -> name.endsWith(".py"));
      }
      texts.forEach((name, text) -> entries.put(name, file(text, false)));
      AtomicOutput.write(out, target -> write(entries, target));
    } finally {
      deleteAll(work);
    }
  }

  private static void write(Map<String, Entry> entries, OutputStream target) throws IOException {
    try (TarGz archive = new TarGz(target)) {
      for (Map.Entry<String, Entry> entry : entries.entrySet()) {
        entry.getValue().write(archive, FOLDER + "/" + entry.getKey());
      }
    }
  }

  private void addScripts(Map<String, Entry> entries) throws IOException {
    for (String name : SCRIPTS) {
      entries.put(name, file(resource(name).replace("@COMMIT@", commit), true));
    }
    entries.put(README, file(resource(README), false));
  }

  private void addLibraries(Map<String, Entry> entries) {
    libraries.forEach((name, path) -> entries.put(jar(name), library(path, NO_PICTURES)));
    if (kernels != null) {
      entries.put(jar("gramian-kernels"), library(kernels, this::isOfTarget));
    }
    if (emulated != null) {
      entries.put(jar("gramian-native"), library(emulated, _ -> true));
    }
  }

  /** Whether a resource of the kernels is an image of one of the targets, or no image at all. */
  private boolean isOfTarget(String name) {
    return !name.startsWith(KERNELS)
        || !name.endsWith(COMPILER_REPORT)
            && targets.stream().anyMatch(target -> name.startsWith(KERNELS + target + "/"));
  }

  private static String jar(String name) {
    return "lib/" + name + ".jar";
  }

  private static Entry library(Path source, Predicate<String> wanted) {
    return (archive, path) -> archive.file(path, StoredJar.of(source, wanted), false);
  }

  private static Entry file(String text, boolean executable) {
    return (archive, path) -> archive.file(path, text.getBytes(StandardCharsets.UTF_8), executable);
  }

  private static void addFolder(
      Map<String, Entry> entries, String prefix, Path folder, Predicate<String> wanted)
      throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
            && wanted.test(file.getFileName().toString())) {
          entries.put(prefix + folder.relativize(file), ofFile(file));
        }
      }
    }
  }

  private static Entry ofFile(Path file) {
    return (archive, path) -> {
      if (Files.isSymbolicLink(file)) {
        archive.link(path, Files.readSymbolicLink(file).toString());
      } else {
        archive.file(path, Files.readAllBytes(file), Files.isExecutable(file));
      }
    };
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Bundle.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
