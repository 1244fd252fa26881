package io.gramian.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Contrastive;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import io.gramian.op.SampleNegatives;
import io.gramian.op.Signature;
import io.gramian.op.Similarity;
import io.gramian.op.TopK;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The memory of an op over all pairs of a batch, on the device and of the cpu backend, grows
 * linearly with the batch: no matrix of all pairs is kept. A run needs no more than its plan;
 * {@link GraphCaptureTest} sees to that.
 */
final class MemoryGrowthTest {
  private static final long D = 8;
  private static final long[] BATCHES = {4096, 8192, 16384};
  private static final long SLACK = 1 << 20;

  /**
   * An op over all pairs.
   *
   * @param inputs names of its inputs, each [batch, D], and vectors [batch, 3, D]
   */
  private record Pairs(Op op, String... inputs) {
    @Override
    public String toString() {
      return op.name();
    }
  }

  static Stream<Pairs> ops() {
    String[] tuples = {"anchor", "modality1", "modality2"};
    return Stream.of(
        new Pairs(new Contrastive(Similarity.volume()), tuples),
        new Pairs(new TopK(Similarity.volume()), tuples),
        new Pairs(new SampleNegatives(Similarity.volume(), 1), tuples),
        new Pairs(Ops.of("nt-xent", Map.of()), "views"),
        new Pairs(Ops.of("clip-matched", Map.of("matched", 512)), "image", "text"),
        new Pairs(Ops.of("mmd", Map.of("variances", List.of(0.5))), "x", "y"),
        new Pairs(Ops.of("uniformity", Map.of()), "x"),
        new Pairs(Ops.of("principal", Map.of()), "vectors"),
        new Pairs(Ops.of("semantic-density", Map.of()), "x", "y"),
        new Pairs(Ops.of("set-clip", Map.of("matched", 512)), "image_views", "text_views"));
  }

  @ParameterizedTest
  @MethodSource("ops")
  void isLinearInTheBatch(Pairs pairs) {
    EmulatedDriver driver = EmulatedDriver.require();
    try (Device device = Device.open("emulated");
        EmulatedDriver.Primary _ = driver.new Primary()) {
      for (DType type : List.of(DType.F32, DType.BF16)) {
        long[] bytes = new long[BATCHES.length];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = allocated(driver, device, pairs, BATCHES[i], type);
        }
        // From batch to batch the increase doubles where it is linear, and is four times as large
        // where it is quadratic.
        assertThat(bytes[2] - bytes[1])
            .as("bytes of %s %s for batches of 4096, 8192, 16384: %s", type, pairs, bytes)
            .isLessThanOrEqualTo(2 * (bytes[1] - bytes[0]) + SLACK);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void isLinearInTheBatchOnTheCpu(Pairs pairs) {
    try (Device device = Device.open("cpu")) {
      long[] bytes = new long[BATCHES.length];
      for (int i = 0; i < bytes.length; i++) {
        Specs inputs = inputs(pairs, BATCHES[i], DType.F32);
        Specs outputs = outputs(pairs, inputs);
        try (Plan plan = pairs.op().plan(device, inputs, outputs, PlanOptions.defaults())) {
          bytes[i] = plan.workspaceBytes();
        }
      }
      assertThat(bytes[0]).isGreaterThanOrEqualTo(BATCHES[0]);
      assertThat(bytes[2] - bytes[1])
          .as("bytes of %s for batches of 4096, 8192, 16384: %s", pairs, bytes)
          .isLessThanOrEqualTo(2 * (bytes[1] - bytes[0]) + SLACK);
    }
  }

  private static Specs inputs(Pairs pairs, long batch, DType type) {
    Map<String, TensorSpec> shapes = new LinkedHashMap<>();
    for (String name : pairs.inputs()) {
      boolean areVectors = name.equals("vectors");
      shapes.put(
          name, areVectors ? TensorSpec.of(type, batch, 3, D) : TensorSpec.of(type, batch, D));
    }
    return Specs.of(shapes);
  }

  /** All of the op. */
  private static Specs outputs(Pairs pairs, Specs inputs) {
    Signature signature = pairs.op().signature(inputs);
    List<String> names = signature.arguments(false).stream().map(Signature.Argument::name).toList();
    return signature.outputs(inputs, names, DType.F32);
  }

  /** Bytes of device memory of a plan for all outputs, with its tensors. */
  private static long allocated(
      EmulatedDriver driver, Device device, Pairs pairs, long batch, DType type) {
    Specs inputs = inputs(pairs, batch, type);
    Specs outputs = outputs(pairs, inputs);
    long before = driver.allocatedBytes();
    List<Tensor> tensors = new ArrayList<>();
    try (Plan plan = pairs.op().plan(device, inputs, outputs, PlanOptions.defaults())) {
      inputs.asMap().values().forEach(spec -> tensors.add(device.allocate(spec)));
      outputs.asMap().values().forEach(spec -> tensors.add(device.allocate(spec)));
      long bytes = driver.allocatedBytes() - before;
      assertThat(bytes).isGreaterThanOrEqualTo(plan.workspaceBytes());
      return bytes;
    } finally {
      tensors.forEach(Tensor::close);
    }
  }
}
