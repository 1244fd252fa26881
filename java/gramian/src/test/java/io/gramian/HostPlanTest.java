package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gramian.op.Contrastive;
import io.gramian.op.Gram;
import io.gramian.op.Loss;
import io.gramian.op.Modalities;
import io.gramian.op.Names;
import io.gramian.op.Ops;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class HostPlanTest {
  private static final int D = 8;

  @AutoClose private final Device reference = Device.open("reference");

  static List<String> backends() {
    List<String> names = new ArrayList<>(List.of("reference", "cpu"));
    if (Backend.all().stream().anyMatch(b -> b.name().equals("emulated") && b.available())) {
      names.add("emulated");
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("backends")
  void readsTheArraysAsTheyAreAtEachRun(String backend) {
    float[] words = random(1);
    float[] pictures = random(2);
    Contrastive loss = new Contrastive(Similarity.volume());
    try (Device device = Device.open(backend);
        HostPlan plan = loss.hostPlan(device, Modalities.rows(D, words, pictures))) {
      for (int step = 0; step < 3; step++) {
        Bindings actual = plan.run();
        Bindings expected = loss.lossAndGradients(reference, Modalities.rows(D, words, pictures));
        assertThat(actual.names()).isEqualTo(expected.names());
        assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-5));
        assertClose(actual.gradient(Names.ANCHOR), expected.gradient(Names.ANCHOR));
        assertClose(actual.gradient(Names.modality(1)), expected.gradient(Names.modality(1)));
        float[] by = actual.gradient(Names.ANCHOR).toFloats();
        for (int i = 0; i < by.length; i++) {
          words[i] -= by[i];
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void gradientsAddUpWhereThatIsAskedFor(String backend) {
    Bindings in = Modalities.rows(D, random(1), random(2));
    Contrastive loss = new Contrastive(Similarity.cosine());
    Set<String> outputs = Set.of("loss", "grad_anchor");
    try (Device device = Device.open(backend);
        HostPlan plan =
            loss.hostPlan(device, in, outputs, PlanOptions.defaults().accumulate(true))) {
      double[] once = plan.run().gradient("anchor").toDoubles();
      double[] twice = plan.run().gradient("anchor").toDoubles();
      for (int i = 0; i < once.length; i++) {
        assertThat(twice[i]).isCloseTo(2 * once[i], within(1e-6));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void nothingIsLeftWhereThePlanCannotBeMade(String backend) {
    try (Device device = Device.open(backend)) {
      Bindings odd = Bindings.of("vectors", Tensor.zeros(TensorSpec.of(DType.F32, 2, 17, 3)));
      assertThatThrownBy(() -> new Gram().evaluate(device, odd, Set.of("gram")))
          .isInstanceOf(ShapeException.class);
      assertThatThrownBy(
              () -> HostPlan.of(new Gram(), device, null, Set.of(), PlanOptions.defaults()))
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("inputs");
    }
  }

  @Test
  void everyOpWithAScalarLossIsALoss() {
    assertThat(Ops.all())
        .allSatisfy(
            op ->
                assertThat(op instanceof Loss)
                    .as(op.name())
                    .isEqualTo(op.signature(Specs.none()).find(Names.LOSS) != null));
  }

  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[6 * D];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    double[] want = expected.toDoubles();
    double[] got = actual.toDoubles();
    for (int i = 0; i < want.length; i++) {
      assertThat(got[i]).isCloseTo(want[i], within(1e-5));
    }
  }
}
