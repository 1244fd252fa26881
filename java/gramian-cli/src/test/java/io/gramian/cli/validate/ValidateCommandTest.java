package io.gramian.cli.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Accuracy;
import io.gramian.cli.CommandRun;
import io.gramian.conformance.CheckResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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
  void aCheckThatFailedIsNotCountedAsSkippedToo() {
    Accuracy bounds = new Accuracy(1e-6, 1e-5);
    CheckResult failedAndSkipped = new CheckResult("gram", "f32", bounds).skip("not offered");
    failedAndSkipped.addFailure("degenerate", "threw");
    StringWriter text = new StringWriter();
    int code =
        ValidateCommand.summary(
            new PrintWriter(text, true),
            List.of(
                failedAndSkipped,
                new CheckResult("gram", "bf16", bounds).skip("not offered"),
                new CheckResult("gram", "f16", bounds)));
    assertThat(text.toString().strip()).isEqualTo("1 checks passed, 1 failed, 1 skipped");
    assertThat(code).isEqualTo(1);
  }

  @Test
  void unknownOpsAreRefused() {
    CommandRun.of("validate", "--op", "holonomy").assertRefused("unknown op 'holonomy'");
  }
}
