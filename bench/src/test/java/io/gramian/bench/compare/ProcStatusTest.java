package io.gramian.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class ProcStatusTest {
  private static final String STATUS =
      """
      Name:\tjava
      VmPeak:\t 9000000 kB
      VmHWM:\t  824672 kB
      VmRSS:\t  499076 kB
      RssAnon:\t  400000 kB
      """;

  @Test
  void readsTheTwoFigures() throws IOException {
    assertThat(ProcStatus.parse(STATUS))
        .isEqualTo(new ProcStatus(499_076L * 1024, 824_672L * 1024));
  }

  @Test
  void aMissingFigureIsAnError() {
    assertThatThrownBy(() -> ProcStatus.parse("Name:\tjava\nVmRSS:\t 10 kB\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("VmHWM");
  }

  @Test
  void thePeakRemembersMemoryThatIsGivenBack() throws IOException {
    assumeTrue(ProcStatus.isAvailable(), "needs /proc/self/status");
    ProcStatus.resetPeak();
    ProcStatus before = ProcStatus.read();
    long bytes = 64L << 20;
    try (Arena arena = Arena.ofConfined()) {
      arena.allocate(bytes).fill((byte) 1);
    }

    long growth = ProcStatus.read().peak() - before.resident();

    assertThat(growth).isBetween(bytes * 9 / 10, bytes * 2);
  }
}
