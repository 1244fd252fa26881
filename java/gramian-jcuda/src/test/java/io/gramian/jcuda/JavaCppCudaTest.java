package io.gramian.jcuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Plan;
import io.gramian.ShapeException;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Gram;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Addresses of the emulated device in JavaCPP's classes, without its native code. */
final class JavaCppCudaTest {
  private static final TensorSpec SPEC = TensorSpec.of(DType.F32, 1, 2, 2);

  private Device device;
  private Tensor memory;

  /** A pointer as cudaMalloc fills it: an address and no size. */
  private static final class Allocated extends Pointer {
    Allocated(long value) {
      address = value;
    }
  }

  @BeforeEach
  void open() {
    device = Gpu.openEmulated();
    memory = device.allocate(SPEC);
  }

  @AfterEach
  void close() {
    if (device != null) {
      memory.close();
      device.close();
    }
  }

  @Test
  void anOpOnPointersAndAStream() {
    memory.copyFrom(new float[] {1, 2, 3, 4});
    try (Tensor result = device.allocate(SPEC);
        Stream made = device.newStream();
        Stream stream = JavaCppCuda.stream(device, JavaCppCuda.stream(made))) {
      FloatPointer in = new FloatPointer(JavaCppCuda.pointer(memory));
      FloatPointer out = new FloatPointer(JavaCppCuda.pointer(result));
      Bindings inputs = Bindings.of("vectors", JavaCppCuda.tensor(device, in, SPEC));
      Bindings outputs = Bindings.of("gram", JavaCppCuda.tensor(device, out, SPEC));
      try (Plan plan = new Gram().plan(device, inputs, outputs)) {
        plan.run(stream, inputs, outputs);
        stream.synchronize();
      }
      assertThat(result.toFloats()).containsExactly(5, 11, 11, 25);
    }
  }

  @Test
  void addressesGoInAndOutUnchanged() {
    Pointer pointer = JavaCppCuda.pointer(memory);
    assertThat(pointer.address()).isEqualTo(memory.address());
    assertThat(pointer.limit()).isEqualTo(16);
    assertThat(addressOf(pointer, SPEC)).isEqualTo(memory.address());
    assertThat(addressOf(new Allocated(memory.address()), SPEC)).isEqualTo(memory.address());
    TensorSpec pair = TensorSpec.of(DType.F32, 2);
    FloatPointer typed = new FloatPointer(new Allocated(memory.address()));
    assertThat(addressOf(typed.position(2), pair)).isEqualTo(memory.address() + 8);
    ShortPointer halves = new ShortPointer(new Allocated(memory.address()));
    assertThat(addressOf(halves.position(2), TensorSpec.of(DType.F16, 2)))
        .isEqualTo(memory.address() + 4);
    assertThat(addressOf(JavaCppCuda.pointer(memory).position(8), pair))
        .isEqualTo(memory.address() + 8);
  }

  @Test
  void streamsGoInAndOutUnchanged() {
    try (Stream stream = device.newStream()) {
      CUstream_st theirs = JavaCppCuda.stream(stream);
      assertThat(theirs.address()).isEqualTo(stream.handle());
      assertThat(JavaCppCuda.stream(device, theirs).handle()).isEqualTo(stream.handle());
      assertThat(JavaCppCuda.stream(device, null).handle()).isZero();
    }
  }

  @Test
  void whatCannotBeViewedSaysWhy() {
    FloatPointer four = new FloatPointer(new Allocated(memory.address()));
    four.capacity(4);
    assertThat(addressOf(four, SPEC)).isEqualTo(memory.address());
    four.position(1);
    assertThatThrownBy(() -> JavaCppCuda.tensor(device, four, SPEC))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected at least 16 bytes")
        .hasMessageContaining("got a pointer to 12");
    for (Pointer none : new Pointer[] {null, new Pointer()}) {
      assertThatThrownBy(() -> JavaCppCuda.tensor(device, none, SPEC))
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("got null");
    }
    Device host = Device.open("reference");
    assertThatThrownBy(() -> JavaCppCuda.tensor(host, four, SPEC))
        .isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> JavaCppCuda.pointer(Tensor.of(new float[2], 2)))
        .isInstanceOf(ParameterException.class);
  }

  private long addressOf(Pointer pointer, TensorSpec spec) {
    try (Tensor tensor = JavaCppCuda.tensor(device, pointer, spec)) {
      return tensor.address();
    }
  }
}
