package io.gramian.cli.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.cli.CommandRun;
import org.junit.jupiter.api.Test;

class ValidateCommandTest {
  @Test
  void theReferenceIsHeldAgainstGoldenDataAndFiniteDifferences() {
    CommandRun run = CommandRun.of("validate", "--backend", "reference");
    assertThat(run.code()).as(run.out()).isZero();
    assertThat(run.out())
        .contains("contrastive", "golden", "finite differences", "degenerate, finite", " 0 failed");
  }

  @Test
  void onlyTheOpsAskedForAreChecked() {
    CommandRun run = CommandRun.of("validate", "--backend", "reference", "--op", "gram,volume");
    assertThat(run.out()).contains("gram", "volume").doesNotContain("logdet");
  }

  @Test
  void unknownOpsAreRefused() {
    CommandRun.of("validate", "--op", "holonomy").assertRefused("unknown op 'holonomy'");
  }
}
