package io.gramian.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class JitActivityTest {
  @Test
  void readsUserAndSystemTimeAfterANameWithSpaces() {
    String stat = "12 (C2 (a) Compiler) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 30 0 1 2 3";

    assertThat(JitActivity.processorSeconds(stat)).isEqualTo(3.0);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theCompilersOfThisProcessHaveWorked() {
    assertThat(JitActivity.compilerSeconds()).isPositive();
  }
}
