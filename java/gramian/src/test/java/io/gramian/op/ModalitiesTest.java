package io.gramian.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

final class ModalitiesTest {
  @Test
  void theAnchorComesFirstAndTheOthersAreNumbered() {
    assertThat(Modalities.names(3)).containsExactly("anchor", "modality1", "modality2");
    assertThat(Modalities.names(1)).containsExactly("anchor");
    assertThat(Modalities.named("a", "b", "c"))
        .containsExactly(entry("anchor", "a"), entry("modality1", "b"), entry("modality2", "c"));
  }
}
