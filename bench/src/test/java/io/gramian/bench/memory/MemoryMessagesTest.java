package io.gramian.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.bench.cases.CaseShape;
import org.junit.jupiter.api.Test;

class MemoryMessagesTest {
  @Test
  void aTaskSurvivesTheCommandLine() {
    CaseShape shape = new CaseShape("contrastive", "volume", CaseShape.BOTH, 1024, 4, 512);
    MemoryTask task = new MemoryTask("cpu", 2, "mkl", shape);

    assertThat(MemoryTask.decode(task.encode())).isEqualTo(task);
  }

  @Test
  void aResultIsFoundAmongOtherOutput() {
    PeakMemory peak = new PeakMemory(123_456_789L, 42);

    assertThat(PeakMemory.decode("some library says hello\n" + peak.encode() + "\n"))
        .isEqualTo(peak);
  }

  @Test
  void outputWithoutAResultGivesNone() {
    assertThat(PeakMemory.decode("OutOfMemoryError\n")).isNull();
  }
}
