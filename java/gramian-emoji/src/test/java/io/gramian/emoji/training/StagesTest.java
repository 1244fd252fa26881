package io.gramian.emoji.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StagesTest {
  @Test
  void eachStageGoesFromItsFirstStepToItsWhole() {
    Stages stages = Stages.of(2).prolonged(6);
    assertThat(stages.progress(0, 5)).isEqualTo(0.1);
    assertThat(stages.progress(9, 5)).isEqualTo(1);
    assertThat(stages.progress(10, 5)).isEqualTo(0.05);
    assertThat(stages.progress(29, 5)).isEqualTo(1);
    assertThatThrownBy(() -> stages.progress(30, 5)).hasMessageContaining("beyond 6 epochs");
  }

  @Test
  void theTextOfStagesIsReadAgain() {
    Stages stages = Stages.of(2).prolonged(6);
    assertThat(stages.text()).isEqualTo("2,6");
    assertThat(Stages.parse("2,6")).isEqualTo(stages);
    for (String wrong : new String[] {"", "2,", "2,2", "0", "many"}) {
      assertThatThrownBy(() -> Stages.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
