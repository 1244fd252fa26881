package io.gramian.tests.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gramian.DType;
import io.gramian.cli.Main;
import io.gramian.cli.profile.KernelProfile;
import io.gramian.cli.profile.Profile;
import io.gramian.cli.profile.Target;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import io.gramian.tests.Backends;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gramian profile}, against what can be told of kernels without running them. */
class ProfileTest {
  @TempDir private Path folder;

  @BeforeEach
  void requireEmulated() {
    assumeThat(Backends.available()).as("the emulated device").contains("emulated");
  }

  @Test
  void productsOfTheContrastiveLossAreFour() {
    // Whole tiles in every direction, so that nothing is padded.
    Op op = Ops.of("contrastive", Map.of("similarity", "volume"));
    Map<String, Long> shape = Map.of("B", 128L, "k", 3L, "d", 128L);
    Profile profile = Profile.of(op, shape, DType.BF16, Target.SM_80);
    long product = 2L * 128 * 128 * 2 * 128;
    assertThat(sum(profile, "tensorOperations")).isEqualTo(4 * product);
    assertThat(sum(profile, "tensor")).isEqualTo(4 * product / (2 * 16 * 8 * 16));
    assertThat(profile.units()).isEqualTo(128 * 128);
    assertThat(profile.kernels())
        .allSatisfy(kernel -> assertThat(kernel.target()).isEqualTo("sm_80"));
    assertThat(profile.lines())
        .anySatisfy(
            line -> {
              assertThat(line.file()).endsWith("platform/matrix.cuh");
              assertThat(line.counts().tensor()).isPositive();
            });
  }

  @Test
  void samplesAreReadAndWrittenOnce() {
    Map<String, Long> shape = Map.of("B", 32L, "k", 4L, "d", 256L);
    Profile profile = Profile.of(Ops.of("volume", Map.of()), shape, DType.F32, Target.SM_80);
    KernelProfile kernel = profile.kernels().getFirst();
    long vectors = 32L * 4 * 256 * Float.BYTES;
    long volumes = 32L * Float.BYTES;
    assertThat(profile.kernels()).hasSize(1);
    assertThat(kernel.readBytes()).isEqualTo(vectors + volumes);
    assertThat(kernel.writtenBytes()).isEqualTo(vectors + volumes);
    assertThat(profile.units()).isEqualTo(32);
  }

  @Test
  void printsKernelsAndLinesAndWritesTheSameFileEachTime() throws IOException {
    String first = profile("a.csv");
    assertThat(first)
        .contains("compute capability 9.0", "H100", "not measured", "sectors/req", "slots")
        .contains("kernels/include/gramian/");
    assertThat(profile("b.csv")).isEqualTo(first);
    List<String> csv = Files.readAllLines(folder.resolve("a.csv"));
    assertThat(csv.getFirst()).startsWith("target,kernel,file,line,function,launches");
    assertThat(csv).hasSizeGreaterThan(20);
    assertThat(Files.readAllLines(folder.resolve("b.csv"))).isEqualTo(csv);
  }

  @Test
  void everyOpWithKernelsCanBeProfiled() {
    for (Op op : Ops.all()) {
      StringWriter err = new StringWriter();
      int code =
          Main.run(
              new PrintWriter(new StringWriter()),
              new PrintWriter(err),
              "profile",
              op.name(),
              "--shape",
              sizes(op));
      assertThat(code).as(op.name() + ": " + err).isEqualTo(err.toString().isEmpty() ? 0 : 2);
      assertThat(err.toString()).matches("|.* has no kernels yet\\R");
    }
  }

  @Test
  void saysWhatIsWrongWithSizesAndTargets() {
    assertThat(refused("profile", "gram", "--shape", "Q=3")).contains("sizes of [B, k, d], got Q");
    assertThat(refused("profile", "gram", "--shape", "B=0")).contains("B=0");
    assertThat(refused("profile", "gram", "--target", "sm_75")).contains("sm_80, sm_90a, sm_100");
    assertThat(refused("profile", "gram", "--dtype", "f8")).contains("f32, bf16, f16");
    assertThat(refused("profile", "holonomy")).contains("holonomy");
  }

  private static String sizes(Op op) {
    return switch (op.name()) {
      case "matching" -> "M=8";
      case "pointcloud-embed", "pointcloud-contrastive" -> "B=4,d=16,M=4,D=32";
      case "pointcloud-similarity" -> "B=4,d=16,M=4";
      case "clip-matched", "mmd", "nt-xent", "semantic-density", "set-clip", "uniformity" ->
          "B=16,d=16";
      default -> "B=16,k=3,d=16";
    };
  }

  private String profile(String csv) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(out),
            new PrintWriter(err),
            "profile",
            "similarity",
            "-p",
            "similarity=volume",
            "--shape",
            "B=40,k=3,d=48",
            "--target",
            "sm_90a",
            "--lines",
            "5",
            "--csv",
            folder.resolve(csv).toString());
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }

  private static String refused(String... args) {
    StringWriter err = new StringWriter();
    assertThat(Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), args))
        .isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    return err.toString();
  }

  private static long sum(Profile profile, String count) {
    return profile.kernels().stream().mapToLong(kernel -> kernel.counts().get(count)).sum();
  }
}
