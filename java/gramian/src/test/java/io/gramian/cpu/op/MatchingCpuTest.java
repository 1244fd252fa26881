package io.gramian.cpu.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Tensor;
import io.gramian.UnsupportedOpException;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.VectorUnit;
import io.gramian.op.Matching;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The matching head. */
class MatchingCpuTest {
  private static final Device DEVICE = new CpuDevice(CpuOps.TABLE, VectorUnit.best(), 1);

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void equalsReference(DType dtype) {
    new AgainstReference(new Matching(), dtype)
        .data("logits", 7, 2)
        .ints("labels", new int[] {0, 1, 1, 0, 1, 0, 0}, 7)
        .scalar("grad_loss", -1.5)
        .check();
  }

  @Test
  void largeLogitsDoNotOverflow() {
    assertThat(loss(new float[] {300, -300}, 1)).isEqualTo(600);
    assertThat(loss(new float[] {300, -300}, 0)).isZero();
  }

  @Test
  void nonFiniteLogitsMakeTheLossNaN() {
    assertThat(loss(new float[] {Float.POSITIVE_INFINITY, 0}, 0)).isNaN();
    assertThat(loss(new float[] {Float.NaN, 0}, 0)).isNaN();
  }

  private static double loss(float[] logits, int label) {
    Bindings in =
        Bindings.of("logits", Tensor.of(logits, 1, 2))
            .with("labels", Tensor.of(new int[] {label}, 1));
    return new Matching().evaluate(DEVICE, in, Set.of("loss")).get("loss").item();
  }

  @Test
  void wrongLabelsAndTypesAreNamed() {
    assertThatThrownBy(() -> loss(new float[2], 2))
        .isInstanceOf(ParameterException.class)
        .hasMessage("matching: expected labels from 0 to 1, got 2 in row 0");
    Bindings doubles =
        Bindings.of("logits", Tensor.of(new double[2], 1, 2))
            .with("labels", Tensor.of(new int[1], 1));
    assertThatThrownBy(() -> new Matching().evaluate(DEVICE, doubles, Set.of("loss")))
        .isInstanceOf(UnsupportedOpException.class)
        .hasMessageContaining("'logits' is f64");
  }
}
