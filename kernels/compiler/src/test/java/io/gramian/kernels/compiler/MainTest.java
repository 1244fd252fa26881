package io.gramian.kernels.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Exit statuses and messages; replaces the standard streams, so that it runs alone. */
@Isolated
class MainTest {
  @TempDir private Path folder;
  private final PrintStream realOut = System.out;
  private final PrintStream realErr = System.err;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void captureStreams() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restoreStreams() {
    System.setOut(realOut);
    System.setErr(realErr);
  }

  @Test
  void badUsageIsStatusTwoWithTheUsage() throws InterruptedException {
    assertThat(Main.run("images")).isEqualTo(2);
    assertThat(text(err)).contains("missing option --sources", "usage:");
  }

  @Test
  void imagesWithoutNvrtcSaysWhatToAdd() throws Exception {
    int status = Main.run(arguments("images", "kernel.cu", ""));

    assertThat(status).isEqualTo(1);
    assertThat(text(err)).contains("NVRTC is not on the class path", "org.bytedeco:cuda-redist");
  }

  @Test
  void aDriverWithoutACompilerIsSkipped() throws Exception {
    int status = Main.run(append(driver(""), "--host-compiler", "no-such-compiler"));

    assertThat(status).isZero();
    assertThat(text(out)).contains("skipped, no no-such-compiler").hasLineCount(1);
    assertThat(folder.resolve("output")).doesNotExist();
  }

  @Test
  void aDriverIsCompiledOnceAndThenComesFromTheCache() throws Exception {
    Assumptions.assumeTrue(HostCompiler.isAvailable("g++"), "no g++ on this machine");
    String[] arguments = driver("int device() { return 1; }");

    assertThat(Main.run(arguments)).as(text(err)).isZero();
    assertThat(text(out)).contains("device: 1 compiled, 0 from the cache");
    byte[] device = Files.readAllBytes(folder.resolve("output/libcuda.so.1"));
    Files.delete(folder.resolve("output/libcuda.so.1"));

    assertThat(Main.run(arguments)).isZero();
    assertThat(text(out)).contains("device: 0 compiled, 1 from the cache");
    assertThat(folder.resolve("output/libcuda.so.1")).hasBinaryContent(device);
  }

  @Test
  void aSourceThatDoesNotCompileShowsTheLogAndIsStatusOne() throws Exception {
    Assumptions.assumeTrue(HostCompiler.isAvailable("g++"), "no g++ on this machine");

    int status = Main.run(driver("int three() { return undeclared_name; }"));

    assertThat(status).isEqualTo(1);
    assertThat(text(err)).contains("compiling", "device.cpp", "undeclared_name");
    assertThat(folder.resolve("output/libcuda.so.1")).doesNotExist();
  }

  @Test
  void aFolderWithoutSourcesIsStatusOne() throws Exception {
    Assumptions.assumeTrue(HostCompiler.isAvailable("g++"), "no g++ on this machine");
    String[] arguments = driver("");
    Files.delete(folder.resolve("device/device.cpp"));

    assertThat(Main.run(arguments)).isEqualTo(1);
    assertThat(text(err)).contains("no *.cpp file under");
  }

  private String[] arguments(String mode, String fileName, String source) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("sources"));
    Path include = Files.createDirectories(folder.resolve("include"));
    Files.writeString(sources.resolve(fileName), source);
    return new String[] {
      mode,
      "--sources",
      sources.toString(),
      "--include",
      include.toString(),
      "--output",
      folder.resolve("output").toString(),
      "--cache",
      folder.resolve("cache").toString()
    };
  }

  private String[] driver(String source) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("device"));
    Files.writeString(sources.resolve("device.cpp"), source);
    return new String[] {
      "driver",
      "--sources",
      sources.toString(),
      "--output",
      folder.resolve("output").toString(),
      "--cache",
      folder.resolve("cache").toString()
    };
  }

  private static String[] append(String[] first, String... more) {
    String[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
