package io.gramian.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.PlanCache;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.Emulated;
import io.gramian.op.Gram;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlanCacheCudaTest {
  private static final Gram GRAM = new Gram();

  @Test
  void eachStreamHasPlansOfItsOwn() {
    try (Device device = Emulated.open();
        Stream first = device.newStream();
        Stream second = device.newStream();
        PlanCache plans = new PlanCache(device);
        Tensor vectors = vectors(device, 5);
        Tensor one = gram(device, 5);
        Tensor two = gram(device, 5);
        Tensor three = gram(device, 5)) {
      Bindings in = Bindings.of("vectors", vectors);
      plans.run(first, GRAM, in, Bindings.of("gram", one));
      plans.run(first, GRAM, in, Bindings.of("gram", three));
      assertThat(plans.size()).isEqualTo(1);
      plans.run(second, GRAM, in, Bindings.of("gram", two));
      assertThat(plans.size()).isEqualTo(2);
      plans.run(GRAM, in, Bindings.of("gram", three));
      assertThat(plans.size()).isEqualTo(3);
      first.synchronize();
      second.synchronize();
      assertThat(one.toFloats()).startsWith(5, 11, 11, 25);
      assertThat(two.toFloats()).isEqualTo(one.toFloats());
      assertThat(three.toFloats()).isEqualTo(one.toFloats());
    }
  }

  /** Freed under a run that still waits for its turn, the workspace would be an error there. */
  @Test
  void aPlanIsForgottenWhenItsRunsAreDone() {
    List<Tensor> tensors = new ArrayList<>();
    List<Tensor> grams = new ArrayList<>();
    try (Device device = Emulated.open();
        Stream stream = device.newStream()) {
      try (PlanCache plans = new PlanCache(device)) {
        for (int samples = 1; samples <= 20; samples++) {
          tensors.add(vectors(device, samples));
          grams.add(gram(device, samples));
          Bindings in = Bindings.of("vectors", tensors.getLast());
          plans.run(stream, GRAM, in, Bindings.of("gram", grams.getLast()));
        }
        assertThat(plans.size()).isEqualTo(16);
      }
      for (Tensor gram : grams) {
        assertThat(gram.toFloats()).startsWith(5, 11, 11, 25);
      }
      tensors.forEach(Tensor::close);
      grams.forEach(Tensor::close);
    }
  }

  /** Samples of two rows (1, 2) and (3, 4). */
  private static Tensor vectors(Device device, int samples) {
    Tensor tensor = device.allocate(TensorSpec.of(DType.F32, samples, 2, 2));
    float[] values = new float[4 * samples];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + i % 4;
    }
    tensor.copyFrom(values);
    return tensor;
  }

  private static Tensor gram(Device device, int samples) {
    return device.allocate(TensorSpec.of(DType.F32, samples, 2, 2));
  }
}
