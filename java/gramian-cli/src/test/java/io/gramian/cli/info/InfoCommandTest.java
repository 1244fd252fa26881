package io.gramian.cli.info;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Backend;
import io.gramian.cli.CommandRun;
import org.junit.jupiter.api.Test;

class InfoCommandTest {
  @Test
  void namesEveryBackendAndItsStateOrReason() {
    CommandRun run = CommandRun.of("info");
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    for (Backend backend : Backend.all()) {
      assertThat(run.out())
          .contains(
              "backend "
                  + backend.name()
                  + (backend.available() ? " (available)" : " (not available)"))
          .contains(backend.details());
    }
    assertThat(run.out()).contains(Runtime.version().toString(), "kernel images");
  }

  @Test
  void helpListsTheCommands() {
    assertThat(CommandRun.of().out()).contains("info", "run", "validate", "train");
    assertThat(CommandRun.of("run", "--help").out()).contains("gramian run OP IN.npz OUT.npz");
  }
}
