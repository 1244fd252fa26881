package io.gramian.jcuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.cuda.global.cudart.CUDA_SUCCESS;
import static org.bytedeco.cuda.global.cudart.cuCtxPopCurrent;
import static org.bytedeco.cuda.global.cudart.cuCtxPushCurrent;
import static org.bytedeco.cuda.global.cudart.cuDevicePrimaryCtxRelease;
import static org.bytedeco.cuda.global.cudart.cuDevicePrimaryCtxRetain;
import static org.bytedeco.cuda.global.cudart.cuInit;
import static org.bytedeco.cuda.global.cudart.cuMemAlloc;
import static org.bytedeco.cuda.global.cudart.cuMemFree;
import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoHAsync;
import static org.bytedeco.cuda.global.cudart.cuMemcpyHtoDAsync;
import static org.bytedeco.cuda.global.cudart.cuStreamCreate;
import static org.bytedeco.cuda.global.cudart.cuStreamDestroy;
import static org.bytedeco.cuda.global.cudart.cuStreamSynchronize;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Stream;
import io.gramian.TensorSpec;
import io.gramian.op.Gram;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The driver API of JavaCPP CUDA, with its native code, and Gramian on the emulated device. */
final class JavaCppNativeTest {
  private static final TensorSpec SPEC = TensorSpec.of(DType.F32, 1, 2, 2);
  private static final long BYTES = SPEC.spanBytes();

  /** Device memory at an address, which the driver API gives as a number. */
  private static final class DevicePointer extends Pointer {
    DevicePointer(long value) {
      address = value;
    }
  }

  @Test
  void anOpBetweenTwoCopiesOnJavaCppsStream() {
    Assumptions.assumeTrue(
        cudart.class.getResource("/org/bytedeco/cuda/linux-x86_64/libjnicudart.so") != null,
        "no natives of JavaCPP CUDA on the class path");
    try (Device device = Gpu.openEmulated()) {
      Loader.load(cudart.class);
      check(cuInit(0));
      CUctx_st context = new CUctx_st();
      check(cuDevicePrimaryCtxRetain(context, 0));
      check(cuCtxPushCurrent(context));
      CUstream_st theirs = new CUstream_st();
      check(cuStreamCreate(theirs, 0));
      long in = allocate();
      long out = allocate();
      Bindings inputs =
          Bindings.of("vectors", JavaCppCuda.tensor(device, new DevicePointer(in), SPEC));
      Bindings outputs =
          Bindings.of("gram", JavaCppCuda.tensor(device, new DevicePointer(out), SPEC));
      float[] gram = new float[4];
      try (FloatPointer vectors = new FloatPointer(1, 2, 3, 4);
          FloatPointer result = new FloatPointer(4);
          Stream stream = JavaCppCuda.stream(device, theirs);
          Plan plan = new Gram().plan(device, inputs, outputs)) {
        check(cuMemcpyHtoDAsync(in, vectors, BYTES, theirs));
        plan.run(stream, inputs, outputs);
        check(cuMemcpyDtoHAsync(result, out, BYTES, theirs));
        check(cuStreamSynchronize(theirs));
        result.get(gram);
      }
      assertThat(gram).containsExactly(5, 11, 11, 25);
      check(cuMemFree(in));
      check(cuMemFree(out));
      check(cuStreamDestroy(theirs));
      check(cuCtxPopCurrent(new CUctx_st()));
      check(cuDevicePrimaryCtxRelease(0));
    }
  }

  private static long allocate() {
    try (LongPointer pointer = new LongPointer(1)) {
      check(cuMemAlloc(pointer, BYTES));
      return pointer.get();
    }
  }

  private static void check(int code) {
    assertThat(code).isEqualTo(CUDA_SUCCESS);
  }
}
