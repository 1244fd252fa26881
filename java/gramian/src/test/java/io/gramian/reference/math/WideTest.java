package io.gramian.reference.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WideTest {
  private static final MathContext DIGITS = new MathContext(60);

  @ParameterizedTest
  @ValueSource(doubles = {0, -1e-9, -0.3, -1, -17.2, -300})
  void exponentialsHaveThirtyDigitsButForThePower(double x) {
    BigDecimal right = exp(x);
    BigDecimal error = exact(new Wide(x, 0).exp()).subtract(right).divide(right, DIGITS);
    assertThat(error.abs().doubleValue()).isLessThan(1e-26);
  }

  @Test
  void sumsThatCancelKeepTheRest() {
    Wide sum = new Wide(1, 0).plus(new Wide(1e-20, 0)).plus(new Wide(-1, 0));
    assertThat(sum.high()).isCloseTo(1e-20, within(1e-33));
    assertThat(Wide.difference(1, 1e-20).plus(new Wide(-1, 0)).high()).isEqualTo(-1e-20);
  }

  @Test
  void quotientsAndProductsUndoEachOther() {
    Wide third = new Wide(1, 0).over(3);
    BigDecimal error = exact(third.times(3)).subtract(BigDecimal.ONE);
    assertThat(error.abs().doubleValue()).isLessThan(1e-31);
  }

  private static BigDecimal exact(Wide number) {
    return new BigDecimal(number.high()).add(new BigDecimal(number.low()));
  }

  /** The power of 1024 of the Taylor series of x / 1024. */
  private static BigDecimal exp(double x) {
    BigDecimal argument = new BigDecimal(x).divide(new BigDecimal(1024), DIGITS);
    BigDecimal sum = BigDecimal.ONE;
    for (int i = 60; i > 0; i--) {
      sum = sum.multiply(argument, DIGITS).divide(new BigDecimal(i), DIGITS).add(BigDecimal.ONE);
    }
    return sum.pow(1024, DIGITS);
  }
}
