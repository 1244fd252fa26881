package io.gramian.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OtherWorkTest {
  @Test
  void idlingAndWaitingAreNotWorkAndStolenTimeIs() {
    String stat = "cpu  100 20 30 9000 700 1 2 47 5 5\ncpu0 1 2 3 4 5 6 7 8 9 10\n";

    assertThat(OtherWork.busySeconds(stat)).isEqualTo(2.0);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void isBetweenNoneAndAllOfTheProcessors() {
    OtherWork other = OtherWork.begin();
    long begin = System.nanoTime();
    double sum = 0;
    while (System.nanoTime() - begin < 300_000_000) {
      sum += Math.sqrt(sum + 1);
    }

    assertThat(sum).isPositive();
    // Ticks are of 10 ms.
    assertThat(other.processors())
        .isBetween(-0.2, Runtime.getRuntime().availableProcessors() + 0.2);
  }
}
