package io.gramian.bench.bundle;

import static java.lang.ProcessBuilder.Redirect.INHERIT;

import io.gramian.GramianException;
import io.gramian.cli.io.AtomicOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
 * @param jars of the command, by the name that each gets in lib/
 * @param kernels jar of the kernels for GPUs; null for none
 * @param targets of these kernels
 * @param python folder of Python scripts; null for none
 * @param commit of the sources; may be empty
 * @param texts more text files, by their name
 */
record Bundle(
    Map<String, Path> jars,
    Path kernels,
    List<String> targets,
    Path python,
    String commit,
    Map<String, String> texts) {
  /** All files are in a folder of this name. */
  static final String FOLDER = "gramian-linux-x86_64";

  private static final String KERNELS = "META-INF/gramian/kernels/";
  private static final String COMPILER_REPORT = ".ptxas.txt";

  /** No java.desktop: it is half as much again, and draws nothing where there are no fonts. */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "jdk.incubator.vector",
          "jdk.management",
          "jdk.unsupported");

  /** The archive depends on names and contents alone; its times are those of the jars. */
  private static final List<String> TAR =
      List.of(
          "tar",
          "--create",
          "--format=gnu",
          "--sort=name",
          "--mtime=2026-01-01 00:00Z",
          "--owner=root:0",
          "--group=root:0",
          "--mode=u=rwX,go=rX");

  /** Writes the archive; it is there only once it is complete. */
  void write(Path out) throws IOException {
    Path work = Files.createTempDirectory("gramian-bundle");
    try {
      fill(work.resolve(FOLDER));
      AtomicOutput.write(out, target -> pack(work, target));
    } finally {
      deleteAll(work);
    }
  }

  private void fill(Path folder) throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    for (String script : List.of("gramian", "gpu-box")) {
      Path file = folder.resolve(script);
      Files.writeString(file, resource(script).replace("@COMMIT@", commit));
      if (!file.toFile().setExecutable(true)) {
        throw new IOException("cannot make executable: " + file);
      }
    }
    Files.writeString(folder.resolve("README.txt"), resource("README.txt"));
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Files.writeString(folder.resolve(text.getKey()), text.getValue());
    }
    for (Map.Entry<String, Path> jar : jars.entrySet()) {
      Files.copy(jar.getValue(), lib.resolve(jar.getKey() + ".jar"));
    }
    if (kernels != null) {
      copyKernels(lib.resolve("gramian-kernels.jar"));
    }
    if (python != null) {
      Path scripts = Files.createDirectories(folder.resolve("python"));
      try (Stream<Path> files = Files.list(python)) {
        for (Path file : files.filter(one -> one.toString().endsWith(".py")).toList()) {
          Files.copy(file, scripts.resolve(file.getFileName()));
        }
      }
    }
    linkRuntime(folder.resolve("runtime"));
  }

  /** The jar without images of other targets, and without what the compiler said. */
  private void copyKernels(Path jar) throws IOException {
    Files.copy(kernels, jar);
    try (FileSystem zip = FileSystems.newFileSystem(jar);
        Stream<Path> images = Files.walk(zip.getPath(KERNELS))) {
      for (Path image : images.filter(Files::isRegularFile).toList()) {
        String name = zip.getPath(KERNELS).relativize(image).toString();
        boolean wanted =
            !name.endsWith(COMPILER_REPORT)
                && (targets.stream().anyMatch(target -> name.startsWith(target + "/"))
                    || !name.contains("/"));
        if (!wanted) {
          Files.delete(image);
        }
      }
    }
  }

  /**
   * The part of the running JDK that the command needs. Made by a process of its own: jlink takes
   * method handle classes from the virtual machine that it runs in, which differ from run to run
   * where that has done other work.
   */
  private static void linkRuntime(Path folder) throws IOException {
    Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
    if (!Files.isExecutable(jlink)) {
      throw new GramianException("this JDK has no jlink; expected a complete JDK");
    }
    Process process =
        new ProcessBuilder(
                jlink.toString(),
                "--add-modules",
                String.join(",", MODULES),
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                // The archive compresses it, and better.
                "--compress=zip-0",
                "--output",
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (exitCode(process) != 0) {
      throw new GramianException("jlink failed: " + log.strip());
    }
  }

  /** Writes the folder as an archive, by the tar and gzip of the system. */
  private static void pack(Path work, OutputStream target) throws IOException {
    List<String> tar = Stream.concat(TAR.stream(), Stream.of(FOLDER)).toList();
    List<Process> pipeline =
        ProcessBuilder.startPipeline(
            List.of(
                new ProcessBuilder(tar).directory(work.toFile()).redirectError(INHERIT),
                new ProcessBuilder("gzip", "-9", "--no-name").redirectError(INHERIT)));
    pipeline.getLast().getInputStream().transferTo(target);
    for (Process process : pipeline) {
      if (exitCode(process) != 0) {
        throw new IOException("tar or gzip failed with " + process.exitValue());
      }
    }
  }

  private static int exitCode(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Bundle.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void deleteAll(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
