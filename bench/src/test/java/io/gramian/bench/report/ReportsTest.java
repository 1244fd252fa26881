package io.gramian.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.bench.losses.Agreement;
import io.gramian.bench.measure.Samples;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ReportsTest {
  private static final Machine MACHINE =
      new Machine("2026-01-02", "Processor \"X\", fast", 2, "25", "Linux amd64", 0.5);

  private static final Measurement WITH_PEER =
      new Measurement(
          new Measurement.Subject("contrastive", "both", 1024, 4, 512, "cpu", 2),
          new Samples(0.010, 0.008, 0.012),
          new Measurement.Work(
              OptionalDouble.of(2e9), OptionalDouble.empty(), OptionalDouble.of(4e11)),
          OptionalLong.of(10 << 20),
          Optional.of(
              new Measurement.Peer("PyTorch", new Samples(0.5), OptionalLong.of(1000 << 20))),
          Optional.of(new Agreement(1e-7, 2e-6)),
          List.of("a note"));

  private static final Measurement ALONE =
      new Measurement(
          new Measurement.Subject("gram", "forward", 65536, 4, 512, "cpu", 2),
          new Samples(0.1),
          Measurement.Work.bytes(5e8),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of());

  @Test
  void ratesAndRatiosComeFromMedians() {
    assertThat(WITH_PEER.speedup()).hasValue(50);
    assertThat(WITH_PEER.memoryRatio()).hasValue(0.01);
    assertThat(WITH_PEER.flopsPerSecond()).hasValue(2e11);
    assertThat(WITH_PEER.peerFlopsPerSecond()).hasValue(4e9);
    assertThat(WITH_PEER.fractionOfPeak()).hasValue(0.5);
    assertThat(ALONE.bytesPerSecond()).hasValue(5e9);
    assertThat(ALONE.speedup()).isEmpty();
    assertThat(ALONE.memoryRatio()).isEmpty();
  }

  @Test
  void csvHasAHeaderAndAsManyFieldsInEachLine() {
    String[] lines = CsvReport.of(MACHINE, List.of(WITH_PEER, ALONE)).split("\n");

    assertThat(lines).hasSize(3);
    assertThat(lines[0].split(",")).hasSize(Column.values().length).startsWith("date", "processor");
    assertThat(lines[1])
        .startsWith("2026-01-02,\"Processor \"\"X\"\", fast\",2,")
        .contains(",contrastive,both,1024,4,512,cpu,2,3,10.000,8.0000,")
        .contains(",50.000,0.010000,1.0000e-07,2.0000e-06");
    // One comma more: the one within the name of the processor.
    assertThat(lines[2].split(",", -1)).hasSize(Column.values().length + 1);
    assertThat(lines[2]).endsWith(",,,,,,");
  }

  @Test
  void consoleShowsBothSidesAndTheirRatio() {
    StringWriter text = new StringWriter();
    new ConsoleReport(new PrintWriter(text)).print(WITH_PEER);

    assertThat(text.toString())
        .contains("contrastive both  B = 1024  k = 4  d = 512")
        .contains("10.000 ms")
        .contains("200.0 GFLOP/s, 50 % of the FMA peak, peak memory 10.0 MiB")
        .contains("PyTorch")
        .contains("50.00 x as fast, 1.0 % of the memory")
        .contains("result differs by 1.0e-07, gradients by 2.0e-06")
        .contains("a note");
  }

  @Test
  void chartsAreDrawnWhereThereIsAPeer() throws IOException {
    byte[] png = {(byte) 0x89, 'P', 'N', 'G'};

    assertThat(Charts.png(List.of(ALONE))).isEmpty();
    assertThat(Charts.png(List.of(WITH_PEER, ALONE)))
        .containsOnlyKeys("time", "memory")
        .allSatisfy((_, bytes) -> assertThat(bytes).startsWith(png));
  }

  @Test
  void theReadmeDescribesEveryColumn() throws IOException {
    String readme = Files.readString(Path.of("README.md"));

    assertThat(Arrays.stream(Column.values()))
        .allSatisfy(
            column ->
                assertThat(readme).contains("| `" + column.title() + "` | " + column.meaning()));
  }
}
