package io.gramian.bench.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bundle, with the emulated device and kernels where they were built, unpacked and started as on
 * a bare machine: no variables of the environment, no commands on the path, in a root that holds a
 * C library and a shell where tests may make one.
 */
class BundleTest {
  private static final Path NATIVE = Path.of("../native/target");
  private static final Path KERNELS = Path.of("../kernels/target");

  /** What the runtime links to, and a shell. */
  private static final List<String> BARE_SYSTEM =
      List.of(
          "/lib64/ld-linux-x86-64.so.2",
          "/lib/x86_64-linux-gnu/libc.so.6",
          "/lib/x86_64-linux-gnu/libdl.so.2",
          "/lib/x86_64-linux-gnu/libm.so.6",
          "/lib/x86_64-linux-gnu/libpthread.so.0",
          "/lib/x86_64-linux-gnu/librt.so.1",
          "/bin/sh");

  @TempDir static Path folder;

  private static Path emulated;
  private static Map<String, Path> jars;

  /** What a process did. */
  private record Outcome(int code, String output) {}

  @BeforeAll
  static void unpack() throws Exception {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assumeTrue(system.equals("Linux amd64"), "a bundle is for Linux amd64, this is " + system);
    jars = ownJars();
    emulated = list(NATIVE, "gramian-native-").stream().findFirst().orElse(null);
    if (emulated != null) {
      jars.put("gramian-native", emulated);
      list(KERNELS, "gramian-kernels-").forEach(jar -> jars.put("gramian-kernels", jar));
    }
    Path archive = bundle("bundle.tar.gz");
    assertThat(run(Map.of("PATH", System.getenv("PATH")), "tar", "xzf", archive.toString()))
        .isEqualTo(new Outcome(0, ""));
  }

  private static Path bundle(String name) throws IOException {
    Path archive = folder.resolve(name);
    new Bundle(jars, null, List.of(), Path.of("python"), "0123abc", Map.of("LICENSE", "free\n"))
        .write(archive);
    return archive;
  }

  /** What this test runs with; modules that were not packed yet are packed here. */
  private static Map<String, Path> ownJars() {
    Map<String, Path> found = new TreeMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (path.endsWith("target/classes")) {
        Path module = path.getParent().getParent().getFileName();
        found.put(module.toString(), jarOf(path, folder.resolve(module + ".jar")));
      } else if (entry.endsWith(".jar") && BundleCommand.isTaken(path)) {
        found.put(BundleCommand.name(path), path);
      }
    }
    return found;
  }

  private static Path jarOf(Path classes, Path jar) {
    int code =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(System.out, System.err, "-cf", jar.toString(), "-C", classes.toString(), ".");
    assertThat(code).isZero();
    return jar;
  }

  @Test
  void equalContentsMakeEqualArchives() throws Exception {
    Thread.sleep(1100); // files have other times now
    assertThat(bundle("again.tar.gz")).hasSameBinaryContentAs(folder.resolve("bundle.tar.gz"));
  }

  @Test
  void infoNeedsNothingOfTheEnvironment() throws Exception {
    Outcome info = gramian("info");
    assertThat(info.output())
        .contains("backend cpu (available)")
        .doesNotContain("WARNING", "Exception");
    if (emulated == null) {
      assertThat(info.output()).contains("none for GPUs");
    } else {
      assertThat(info.output())
          .contains("backend emulated (available)", "for GPUs: sm_80, sm_90a, compute_80")
          .contains("for the emulated device: there");
    }
    assertThat(info.code()).isZero();
  }

  @Test
  void opsAreValidatedOnTheEmulatedDevice() throws Exception {
    assumeTrue(emulated != null, "the emulated device was not built");
    Outcome validate = gramian("validate", "--backend", "emulated", "--op", "gram");
    assertThat(validate.output()).contains("3 checks passed, 0 failed");
    assertThat(validate.code()).isZero();
  }

  @Test
  void everyOpIsBenchedWithoutPeersAndCharts() throws Exception {
    Outcome bench =
        gramian(
            words(
                "bench --backend cpu --batch 8 --dimension 16 --rounds 1 --turn 0 --warm 0 --out"
                    + " cpu"));
    assertThat(bench.output())
        .contains(
            "not measured: PyTorch eager, PyTorch closed form, BLAS, EJML: its classes are not")
        .doesNotContain("Exception", "NoClassDefFound");
    assertThat(bench.code()).isZero();
    assertThat(folder.resolve("cpu/index.html"))
        .content()
        .contains("set-clip")
        .doesNotContain("<img");
  }

  @Test
  void theBenchOfAGpuIsTriedOnTheEmulatedDevice() throws Exception {
    assumeTrue(emulated != null, "the emulated device was not built");
    Outcome bench = gramian(words("bench contrastive logdet --backend emulated --out gpu"));
    assertThat(bench.output())
        .contains("device-to-device copy", "matrix product", "largest batch")
        .containsPattern("PyTorch \\(python3\\) +not measured: |torch.linalg.slogdet")
        .doesNotContain("Exception", "disagrees");
    assertThat(bench.code()).isZero();
    assertThat(Files.readString(folder.resolve("gpu/measurements.csv")))
        .contains("gpu,contrastive,volume,both,8,4,32,bf16,ours,gramian");
  }

  private static String[] words(String line) {
    return line.split(" ");
  }

  @Test
  void whatIsNotInTheBundleIsRefused() throws Exception {
    assertThat(gramian("train").code()).isEqualTo(2);
    assertThat(gramian("frobnicate").code()).isEqualTo(2);
  }

  @Test
  void infoRunsInARootWithACLibraryAndAShell() throws Exception {
    Path root = folder.resolve("root");
    for (String file : BARE_SYSTEM) {
      assumeTrue(Files.exists(Path.of(file)), "no " + file + " to copy");
      Path copy = root.resolve(file.substring(1));
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of(file), copy);
    }
    Files.createDirectories(root.resolve("proc"));
    Files.move(folder.resolve(Bundle.FOLDER), root.resolve("opt"));
    try {
      Map<String, String> path = Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
      String inRoot =
          "mount -t proc proc \"$0/proc\" && exec env -i $(command -v chroot) \"$0\" \"$@\"";
      List<String> enter =
          List.of("unshare", "--mount", "--pid", "--fork", "sh", "-c", inRoot, root.toString());
      assumeTrue(
          run(path, with(enter, "/bin/sh", "-c", "exit 0").toArray(String[]::new)).code() == 0,
          "a root of its own takes the rights of root: unshare, mount and chroot");
      Outcome info = run(path, with(enter, "/opt/gramian", "info").toArray(String[]::new));
      assertThat(info.output()).contains("backend cpu (available)").doesNotContain("Exception");
      assertThat(info.code()).isZero();
    } finally {
      Files.move(root.resolve("opt"), folder.resolve(Bundle.FOLDER));
    }
  }

  private static Outcome gramian(String... arguments) throws Exception {
    String launcher = folder.resolve(Bundle.FOLDER).resolve("gramian").toString();
    return run(Map.of(), with(List.of(launcher), arguments).toArray(String[]::new));
  }

  private static List<String> with(List<String> first, String... more) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return all;
  }

  private static Outcome run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Outcome(127, e.getMessage());
    }
    String output = new String(process.getInputStream().readAllBytes());
    return new Outcome(process.waitFor(), output);
  }

  private static List<Path> list(Path folder, String prefix) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .filter(file -> file.toString().endsWith(".jar"))
          .filter(file -> !file.toString().endsWith("-tests.jar"))
          .toList();
    }
  }
}
