package io.gramian.tests.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.HostPlan;
import io.gramian.Plan;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Contrastive;
import io.gramian.op.Gram;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import io.gramian.op.Volume;
import io.gramian.tests.Backends;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The code of the README, run; {@link ReadmeTest} holds the two together. */
final class CallersTest {
  @Test
  void aTrainingLoopThatOwnsFloatArrays() {
    int d = 32;
    int steps = 30;
    float learningRate = 0.5f;
    float[] words = random(1, 16 * d);
    float[] pictures = random(2, 16 * d);
    float[] sounds = random(3, 16 * d);
    double first = 0;
    double last = 0;

    // readme:begin
    Contrastive gram = new Contrastive(Similarity.volume()).temperature(0.07);
    try (Device device = Device.open("auto");
        HostPlan plan = gram.hostPlan(device, Modalities.rows(d, words, pictures, sounds))) {
      for (int step = 0; step < steps; step++) {
        Bindings result = plan.run(); // reads the arrays as they are now
        descend(words, result.gradient("anchor"), learningRate);
        descend(pictures, result.gradient("modality1"), learningRate);
        descend(sounds, result.gradient("modality2"), learningRate);
        last = result.loss();
        // readme:skip
        first = step == 0 ? last : first;
        // readme:resume
      }
    }
    // readme:end

    assertThat(last).isLessThan(0.8 * first);
  }

  private static void descend(float[] weights, Tensor gradient, float rate) {
    float[] by = gradient.toFloats();
    for (int i = 0; i < weights.length; i++) {
      weights[i] -= rate * by[i];
    }
  }

  @Test
  void anotherLibraryWithDevicePointersAndAStream() {
    String backend = Backends.requireCuda();
    int samples = 37;
    try (Device other = Device.open(backend);
        Stream current = other.newStream();
        Tensor x =
            other.upload(Tensor.of(random(4, samples * 3 * 64), samples, 3, 64), DType.BF16);
        Tensor v = other.allocate(TensorSpec.of(DType.F32, samples))) {
      long embeddings = x.address();
      long volumes = v.address();
      long torchStream = current.handle();

      // readme:begin
      try (Device device = Device.open(backend);
          Stream stream = device.wrapStream(torchStream)) {
        Bindings in =
            Bindings.of(
                "vectors", device.wrap(embeddings, TensorSpec.of(DType.BF16, samples, 3, 64)));
        Bindings out =
            Bindings.of("volume", device.wrap(volumes, TensorSpec.of(DType.F32, samples)));
        try (Plan plan = new Volume().plan(device, in, out)) {
          plan.run(stream, in, out); // only enqueues; what follows on the stream sees the result
          // readme:skip
          current.synchronize();
          // readme:resume
        }
      }
      // readme:end

      float[] copy = x.toFloats();
      double[] expected =
          new Volume()
              .evaluate(
                  Device.open("reference"),
                  Bindings.of("vectors", Tensor.of(copy, samples, 3, 64)),
                  java.util.Set.of("volume"))
              .get("volume")
              .toDoubles();
      double[] actual = v.toDoubles();
      for (int i = 0; i < samples; i++) {
        assertThat(actual[i])
            .isCloseTo(expected[i], org.assertj.core.data.Percentage.withPercentage(0.01));
      }
    }
  }

  @Test
  void aKernelBenchmarker() {
    String backend = Backends.requireCuda();
    int runs = 3;

    // readme:begin
    try (Device device = Device.open(backend);
        Stream stream = device.newStream();
        Tensor vectors = device.allocate(TensorSpec.of(DType.F32, 64, 4, 512));
        Tensor gram = device.allocate(TensorSpec.of(DType.F32, 64, 4, 4))) {
      vectors.copyFrom(random(5, 64 * 4 * 512));
      Bindings in = Bindings.of("vectors", vectors);
      Bindings out = Bindings.of("gram", gram);
      try (Plan plan = new Gram().plan(device, in, out)) {
        plan.run(stream, in, out); // loads the kernel
        stream.synchronize();
        long start = System.nanoTime();
        for (int run = 0; run < runs; run++) {
          plan.run(stream, in, out); // allocates nothing, waits for nothing
        }
        stream.synchronize();
        System.out.printf("%.1f us per run%n", (System.nanoTime() - start) / 1e3 / runs);
        // readme:skip
        double[] entries = gram.toDoubles();
        assertThat(entries[0]).isBetween(400.0, 625.0); // the squared length of 512 normal values
        assertThat(entries[1]).isEqualTo(entries[4]);
        // readme:resume
      }
    }
    // readme:end
  }

  private static float[] random(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
