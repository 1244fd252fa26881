package io.gramian.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RunCsvTest {
  @Test
  void whatIsWrittenIsReadAgain() {
    String csv = RunCsv.write(Lines.RUN);

    Run read = RunCsv.read("test", csv);

    assertThat(read.machine()).isEqualTo(Lines.RUN.machine());
    assertThat(read.lines()).hasSameSizeAs(Lines.RUN.lines());
    assertThat(RunCsv.write(read)).isEqualTo(csv);
    assertThat(read.lines().getFirst().seconds()).hasValue(0.010);
    assertThat(read.lines().getLast().note()).isEqualTo("no \"library\", here");
  }

  @Test
  void otherFilesAreRefused() {
    assertThatThrownBy(() -> RunCsv.read("other.csv", "a,b\n1,2\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other.csv");
    String csv = RunCsv.write(Lines.RUN);
    assertThatThrownBy(() -> RunCsv.read("short.csv", csv + "2026-01-02,x\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fields");
    assertThatThrownBy(() -> RunCsv.read("two.csv", csv.replaceFirst("2026-01-02", "2026-01-03")))
        .hasMessageContaining("different machines");
  }
}
