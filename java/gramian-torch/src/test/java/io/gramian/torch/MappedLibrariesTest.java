package io.gramian.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which libtorch is found. Runs in a process without PyTorch; small libraries that only bear its
 * name stand for it, and stay loaded, so the order matters.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MappedLibrariesTest {
  @TempDir(cleanup = CleanupMode.ALWAYS)
  static Path folder;

  @Test
  @Order(1)
  void noneIsAnErrorThatNamesTheArtifacts() {
    assumeMaps();
    assertThatThrownBy(Libtorch::loaded)
        .isInstanceOf(LibtorchException.class)
        .hasMessageContaining("no libtorch_cpu is loaded in this process")
        .hasMessageContaining("ai.djl.pytorch:pytorch-native-cpu")
        .hasMessageContaining("org.bytedeco:pytorch");
  }

  @Test
  @Order(1)
  void bridgesLoadWithoutTheirStacksAndSayWhatIsMissing() {
    assertThatThrownBy(DjlBridge::open)
        .isInstanceOf(LibtorchException.class)
        .hasMessageContaining("ai.djl.pytorch:pytorch-engine");
    assertThatThrownBy(JavaCppBridge::open)
        .isInstanceOf(LibtorchException.class)
        .hasMessageContaining("org.bytedeco:pytorch");
  }

  @Test
  @Order(2)
  void oneWithoutTheFunctionsIsAnErrorThatNamesIt() throws IOException {
    assumeMaps();
    Path library = load("one");
    assertThat(MappedLibraries.only("libtorch_cpu")).isEqualTo(library);
    assertThatThrownBy(Libtorch::loaded)
        .isInstanceOf(LibtorchException.class)
        .hasMessageContaining(library.toString())
        .hasMessageContaining("has no function aoti_torch_get_data_ptr");
  }

  @Test
  @Order(3)
  void twoAreAnErrorThatNamesBoth() throws IOException {
    assumeMaps();
    Path second = load("two");
    assertThatThrownBy(Libtorch::loaded)
        .isInstanceOf(LibtorchException.class)
        .hasMessageContaining("two libtorch are loaded")
        .hasMessageContaining(folder.toRealPath().resolve("one").toString())
        .hasMessageContaining(second.toString());
  }

  @Test
  void linesOfAMapOfMemoryGiveEachFileOnce() {
    Stream<String> lines =
        Stream.of(
            "7f00-7f10 r--p 00000000 08:01 17   /a b/libtorch_cpu.so",
            "7f10-7f20 r-xp 00010000 08:01 17   /a b/libtorch_cpu.so",
            "7f20-7f30 rw-p 00000000 00:00 0",
            "7f30-7f40 rw-p 00000000 00:00 0    [heap]",
            "7f40-7f50 r-xp 00000000 08:01 18   /a b/libtorch_cpu_extra.so",
            "7f50-7f60 r-xp 00000000 08:01 19   /c/libtorch_cpu.so.2");
    assertThat(MappedLibraries.find(lines, "libtorch_cpu"))
        .containsExactly(Path.of("/a b/libtorch_cpu.so"), Path.of("/c/libtorch_cpu.so.2"));
  }

  /** Loads a library of the JDK under PyTorch's name, from a folder of its own. */
  @SuppressWarnings("restricted")
  private static Path load(String name) throws IOException {
    Path source = Path.of(System.getProperty("java.home"), "lib", "libverify.so");
    Path target = Files.createDirectories(folder.toRealPath().resolve(name));
    Path library = Files.copy(source, target.resolve("libtorch_cpu.so"));
    SymbolLookup.libraryLookup(library, Arena.global());
    return library;
  }

  private static void assumeMaps() {
    assumeTrue(Files.isReadable(Path.of("/proc/self/maps")), "this system lists no mapped files");
  }
}
