package io.gramian.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.bench.losses.LossShape;
import org.junit.jupiter.api.Test;

class MemoryMessagesTest {
  @Test
  void aTaskSurvivesTheCommandLine() {
    MemoryTask task = new MemoryTask("cpu", 2, "mkl", new LossShape("contrastive", 1024, 4, 512));

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
