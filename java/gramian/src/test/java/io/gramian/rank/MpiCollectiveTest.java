package io.gramian.rank;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks in processes of an MPI job, where MPICH or Open MPI is installed. */
@Timeout(600)
class MpiCollectiveTest {
  private static final long LIMIT_MILLIS = 60_000;

  /** What a launcher of MPICH or Open MPI needs to run as root and to listen on loopback alone. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "HYDRA_IFACE", "lo",
          "FI_TCP_IFACE", "lo",
          "FI_SOCKETS_IFACE", "lo",
          "OMPI_ALLOW_RUN_AS_ROOT", "1",
          "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1",
          "OMPI_MCA_rmaps_base_oversubscribe", "1",
          "OMPI_MCA_oob_tcp_if_include", "lo",
          "OMPI_MCA_btl", "self,vader");

  @BeforeAll
  static void assumeLauncher() {
    boolean found =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mpiexec")));
    Assumptions.assumeTrue(found, "no mpiexec on the PATH");
  }

  private static String run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(ENVIRONMENT);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return output;
  }

  private static String job(int ranks, String what, long limitMillis) throws Exception {
    boolean isOpenMpi = run("mpiexec", "--version").contains("Open");
    List<String> command =
        new ArrayList<>(
            List.of(
                "mpiexec",
                "-n",
                Integer.toString(ranks),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "-XX:TieredStopAtLevel=1",
                // The one that belongs to the launcher, where both are installed.
                "-Dgramian.mpi.library=" + (isOpenMpi ? "libmpi.so.40" : "libmpich.so.12"),
                "-cp",
                "target/classes" + File.pathSeparator + "target/test-classes",
                MpiRank.class.getName(),
                what,
                Long.toString(limitMillis)));
    return run(command.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void processesTogetherComputeTheWholeBatch(int ranks) throws Exception {
    String output = job(ranks, "check", LIMIT_MILLIS);
    for (int r = 0; r < ranks; r++) {
      assertThat(output).containsPattern(MpiRank.CHECKED + "[1-9]\\d+ as rank " + r);
    }
  }

  @Test
  void aRankThatIsLateIsAnErrorOnTheOthers() throws Exception {
    assertThat(job(2, "late", 1000)).contains(MpiRank.TOLD, "expected all ranks within 1000 ms");
  }
}
