package io.gramian.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.bench.report.Timing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterleavedTest {
  @Test
  void tasksTakeTurnsAfterAWarmRunOfEach() {
    List<String> order = new ArrayList<>();

    List<Timing> times =
        new Interleaved(3, 0, 0).time(List.of(() -> order.add("a"), () -> order.add("b")));

    assertThat(order).containsExactly("a", "b", "a", "b", "a", "b", "a", "b");
    assertThat(times).extracting(Timing::runs).containsExactly(3, 3);
  }

  @Test
  void aTurnRepeatsAShortTask() {
    Timing timing = new Interleaved(1, 0.05, 0).time(List.of(() -> pause(5))).getFirst();

    assertThat(timing.runs()).isBetween(2, 10);
    assertThat(timing.minimum()).isGreaterThanOrEqualTo(0.005);
  }

  @Test
  void needsARound() {
    assertThatThrownBy(() -> new Interleaved(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
