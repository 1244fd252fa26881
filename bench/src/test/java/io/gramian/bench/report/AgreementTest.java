package io.gramian.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Accuracy;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static final Accuracy BOUND = new Accuracy(1e-3, 1e-3);

  @Test
  void errorsAreRelativeToTheWholeArray() {
    Agreement agreement =
        Agreement.of(
            Map.of("loss", values(2.002), "grad_x", values(3, 4.05), "grad_y", values(1, 1)),
            Map.of("loss", values(2), "grad_x", values(3, 4), "grad_y", values(1, 1)));

    assertThat(agreement.result()).isEqualTo(1e-3, within(1e-12));
    assertThat(agreement.gradients()).isEqualTo(1e-2, within(1e-12));
    assertThat(agreement.within(BOUND)).isFalse();
  }

  @Test
  void equalResultsAgree() {
    Map<String, double[]> results = Map.of("loss", values(0), "grad_x", values(0, 0));

    assertThat(Agreement.of(results, results)).isEqualTo(new Agreement(0, 0));
  }

  @Test
  void aNanOrAMissingGradientDoesNotAgree() {
    Map<String, double[]> expected = Map.of("loss", values(1), "grad_x", values(1));

    assertThat(
            Agreement.of(Map.of("loss", values(1), "grad_x", values(Double.NaN)), expected)
                .within(BOUND))
        .isFalse();
    assertThat(Agreement.of(Map.of("loss", values(1)), expected).within(BOUND)).isFalse();
  }

  private static double[] values(double... values) {
    return values;
  }
}
