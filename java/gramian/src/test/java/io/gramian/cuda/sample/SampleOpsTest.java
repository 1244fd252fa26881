package io.gramian.cuda.sample;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.OpCase;
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
    new OpCase(op, device, dtype).data("vectors", shape).upstream(op.name(), DType.F32).check();
  }

  @ParameterizedTest
  @MethodSource("ops")
  void nothingIsComputedForAnEmptyBatchAndNoDimensionsAreZeroVectors(Op op) {
    for (long[] shape : new long[][] {{0, 3, 8}, {5, 3, 0}}) {
      new OpCase(op, device, DType.F32)
          .data("vectors", shape)
          .upstream(op.name(), DType.F32)
          .check();
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
}
