package io.gramian.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.conformance.Case;
import io.gramian.conformance.Cases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Contrastive;
import io.gramian.op.Ops;
import io.gramian.op.Signature.Argument;
import io.gramian.op.Signature.Kind;
import io.gramian.op.Similarity;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A NaN or an infinity anywhere in an input makes the loss NaN. */
class NonFiniteTest {
  private static final Device DEVICE = Device.open("reference");

  private static final long MOST_ELEMENTS = 600;
  private static final int PLACES = 7;

  /** Small cases of every loss. */
  static List<Case> losses() {
    return Ops.all().stream()
        .flatMap(op -> Cases.of(op).stream())
        .filter(c -> c.signature().find("loss") != null && c.elements() <= MOST_ELEMENTS)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("losses")
  void makesTheLossNaN(Case c) {
    for (Argument argument : c.arguments(Kind.DATA)) {
      Tensor tensor = c.inputs().get(argument.name());
      double[] values = tensor.toDoubles();
      for (double bad : List.of(Double.NaN, 1 / 0.0, -1 / 0.0)) {
        for (int i = 0; i < values.length; i += Math.ceilDiv(values.length, PLACES)) {
          if (isAbsent(c, argument.name(), i)) {
            continue;
          }
          double[] spoilt = values.clone();
          spoilt[i] = bad;
          Tensor input = Tensor.of(spoilt, tensor.spec().shape());
          assertThat(loss(c.with(c.inputs().with(argument.name(), input))))
              .as("%s in %s[%d]", bad, argument.name(), i)
              .isNaN();
        }
      }
    }
  }

  @Test
  void whatAbsentRowsHoldIsNotRead() {
    Contrastive op = new Contrastive(Similarity.volume());
    Bindings clean =
        Case.of(op, new RandomTensors(3))
            .pairs(3, 3, 2, 4)
            .values("present", new double[] {1, 1, 0, 1, 1, 1}, 3, 2)
            .inputs();
    double[] spoilt = clean.get("modality1").toDoubles();
    spoilt[5] = Double.NaN;
    Set<String> outputs = Set.of("loss", "grad_modality1", "grad_modality2", "grad_anchor");
    Bindings expected = op.evaluate(DEVICE, clean, outputs);
    Bindings computed =
        op.evaluate(DEVICE, clean.with("modality1", Tensor.of(spoilt, 3, 4)), outputs);
    for (String output : outputs) {
      assertThat(computed.get(output).toDoubles()).isEqualTo(expected.get(output).toDoubles());
    }
    assertThat(computed.get("grad_modality1").toDoubles()).contains(0, 0, 0, 0);
  }

  private static boolean isAbsent(Case c, String input, int element) {
    Tensor present = c.inputs().find("present");
    if (present == null || !input.startsWith("modality")) {
      return false;
    }
    int n = Math.toIntExact(present.spec().size(1));
    int d = Math.toIntExact(c.inputs().get(input).spec().size(1));
    int modality = Integer.parseInt(input.substring("modality".length())) - 1;
    return present.toDoubles()[element / d * n + modality] == 0;
  }

  private static double loss(Case c) {
    return c.op().evaluate(DEVICE, c.inputs(), Set.of("loss")).get("loss").item();
  }
}
