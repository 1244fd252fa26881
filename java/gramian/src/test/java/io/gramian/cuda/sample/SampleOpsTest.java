package io.gramian.cuda.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import io.gramian.cuda.Emulated;
import io.gramian.op.Gram;
import io.gramian.op.LogDet;
import io.gramian.op.Op;
import io.gramian.op.Volume;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** gram, logdet and volume on the emulated device against the reference. */
final class SampleOpsTest {
  private static final long[][] SHAPES = {
    {1, 2, 8},
    {5, 3, 64},
    {4, 4, 512},
    {7, 5, 130},
    {3, 6, 33},
    {2, 7, 96},
    {2, 12, 40},
    {3, 16, 64},
    {9, 1, 16},
    {2, 6, 3},
    {1, 2, 1},
  };

  private static Device device;

  @BeforeAll
  static void open() {
    device = Emulated.open();
  }

  @AfterAll
  static void close() {
    if (device != null) {
      device.close();
    }
  }

  static List<Op> ops() {
    return List.of(
        new Gram(), new LogDet(), new LogDet(0.25), new Volume(), new Volume(true, 1e-4));
  }

  static Stream<Arguments> cases() {
    return ops().stream()
        .flatMap(
            op ->
                Stream.of(DType.F32, DType.BF16, DType.F16)
                    .flatMap(
                        dtype ->
                            Arrays.stream(SHAPES).map(shape -> Arguments.of(op, dtype, shape))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheReference(Op op, DType dtype, long[] shape) {
    try (SampleCase sample = SampleCase.random(op, device, dtype, shape)) {
      sample.check(DType.F32);
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void gradientsMayHaveTheTypeOfTheVectors(Op op) {
    for (DType dtype : List.of(DType.BF16, DType.F16)) {
      try (SampleCase sample = SampleCase.random(op, device, dtype, 3, 3, 64)) {
        sample.check(dtype);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void rowsMayBeStridedAndAtOddAddresses(Op op) {
    for (DType dtype : List.of(DType.F32, DType.BF16)) {
      for (long[] strides : new long[][] {{256, 72, 1}, {211, 67, 1}}) {
        try (SampleCase sample = SampleCase.random(op, device, dtype, 3, 3, 64);
            Tensor memory = device.allocate(TensorSpec.of(dtype, 1024))) {
          TensorSpec strided = TensorSpec.strided(dtype, new long[] {3, 3, 64}, strides);
          for (int offset : new int[] {0, 1, 8}) {
            sample.vectors(memory.view(offset, strided));
            sample.check(DType.F32);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void outputsMayBeStridedAndNothingBetweenThemIsWritten(Op op) {
    boolean matrix = op.name().equals("gram");
    TensorSpec result =
        matrix
            ? TensorSpec.strided(DType.F32, new long[] {3, 2, 2}, new long[] {9, 3, 1})
            : TensorSpec.strided(DType.F32, new long[] {3}, new long[] {1});
    TensorSpec gradient =
        TensorSpec.strided(DType.F32, new long[] {3, 2, 10}, new long[] {29, 13, 1});
    try (SampleCase sample = SampleCase.random(op, device, DType.F32, 3, 2, 10);
        Tensor memory = device.allocate(TensorSpec.of(DType.F32, 128))) {
      float[] mark = new float[128];
      Arrays.fill(mark, 99);
      memory.copyFrom(mark);
      Bindings out =
          Bindings.of(op.name(), memory.view(1, result))
              .with("grad_vectors", memory.view(33, gradient));
      sample.run(out, PlanOptions.defaults());
      sample.compare(out, 0);
      float[] after = memory.toFloats();
      long untouched = 0;
      for (float value : after) {
        untouched += value == 99 ? 1 : 0;
      }
      assertThat(untouched).isEqualTo(128 - result.elements() - gradient.elements());
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void gradientsAreAddedWhereAskedFor(Op op) {
    try (SampleCase sample = SampleCase.random(op, device, DType.F32, 3, 3, 20);
        Tensor result = device.allocate(outputSpec(op, 3, 3));
        Tensor gradient = device.allocate(TensorSpec.of(DType.F32, 3, 3, 20))) {
      float[] before = new float[180];
      Arrays.fill(before, 0.5f);
      gradient.copyFrom(before);
      Bindings out = Bindings.of(op.name(), result).with("grad_vectors", gradient);
      sample.run(out, PlanOptions.defaults().accumulate(true));
      sample.compare(out, 0.5);
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void eachOutputMayBeLeftOut(Op op) {
    try (SampleCase sample = SampleCase.random(op, device, DType.F32, 3, 3, 20);
        Tensor result = device.allocate(outputSpec(op, 3, 3));
        Tensor gradient = device.allocate(TensorSpec.of(DType.F32, 3, 3, 20))) {
      Bindings forward = Bindings.of(op.name(), result);
      sample.run(forward, PlanOptions.defaults());
      sample.compare(forward, 0);
      Bindings backward = Bindings.of("grad_vectors", gradient);
      sample.run(backward, PlanOptions.defaults());
      sample.compare(backward, 0);
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void degenerateVectorsGiveTheAnswerOfTheReference(Op op) {
    double[] zero = new double[2 * 3 * 8];
    double[] twins = SampleCase.random(3, 2 * 3 * 8);
    for (int b = 0; b < 2; b++) {
      System.arraycopy(twins, b * 24, twins, b * 24 + 16, 8);
    }
    for (double[] vectors : List.of(zero, twins)) {
      try (SampleCase sample = new SampleCase(op, device, DType.F32, vectors, 2, 3, 8)) {
        sample.check(DType.F32);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void nothingIsComputedForAnEmptyBatchAndNoDimensionsAreZeroVectors(Op op) {
    try (SampleCase empty = SampleCase.random(op, device, DType.F32, 0, 3, 8);
        SampleCase flat = SampleCase.random(op, device, DType.F32, 5, 3, 0)) {
      empty.check(DType.F32);
      flat.check(DType.F32);
    }
  }

  @Test
  void aResultIsTheSameToTheBitFromRunToRun() {
    try (SampleCase sample = SampleCase.random(new LogDet(), device, DType.F32, 9, 5, 100);
        Tensor a = device.allocate(TensorSpec.of(DType.F32, 9, 5, 100));
        Tensor b = device.allocate(TensorSpec.of(DType.F32, 9, 5, 100))) {
      sample.run(Bindings.of("grad_vectors", a), PlanOptions.defaults());
      sample.run(Bindings.of("grad_vectors", b), PlanOptions.defaults());
      assertThat(a.toFloats()).isEqualTo(b.toFloats());
    }
  }

  @Test
  void otherTypesAreRefusedWithThoseThatAreImplemented() {
    try (Tensor vectors = device.allocate(TensorSpec.of(DType.F64, 1, 2, 4));
        Tensor single = device.allocate(TensorSpec.of(DType.F32, 1, 2, 4));
        Tensor gram = device.allocate(TensorSpec.of(DType.F64, 1, 2, 2))) {
      assertThatThrownBy(
              () ->
                  new Gram()
                      .plan(device, Bindings.of("vectors", vectors), Bindings.of("gram", gram)))
          .isInstanceOf(UnsupportedOpException.class)
          .hasMessageContaining("'vectors' as f32, bf16, f16, got f64");
      assertThatThrownBy(
              () ->
                  new Gram()
                      .plan(device, Bindings.of("vectors", single), Bindings.of("gram", gram)))
          .isInstanceOf(UnsupportedOpException.class)
          .hasMessageContaining("'gram' as f32, got f64");
    }
  }

  private static TensorSpec outputSpec(Op op, long batch, long k) {
    return op.name().equals("gram")
        ? TensorSpec.of(DType.F32, batch, k, k)
        : TensorSpec.of(DType.F32, batch);
  }
}
