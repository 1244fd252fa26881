package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import jcuda.CudaException;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;

/** A program written for jcuda runs on the emulated device as it is. */
class JcudaTest {
  private static final int N = 1000;

  @Test
  @SuppressWarnings("restricted") // System.load is
  void allocatesCopiesAndLaunches() {
    Path library = TestDevice.libraryOrSkip();
    // jcuda is linked against libcuda.so.1, and takes the one that is loaded already.
    System.load(library.toAbsolutePath().toString());
    JCudaDriver.setExceptionsEnabled(true);
    JCudaDriver.cuInit(0);
    CUdevice device = new CUdevice();
    JCudaDriver.cuDeviceGet(device, 0);
    byte[] name = new byte[64];
    JCudaDriver.cuDeviceGetName(name, name.length, device);
    assertThat(new String(name, StandardCharsets.US_ASCII)).startsWith("Gramian emulated device");
    CUcontext context = new CUcontext();
    JCudaDriver.cuCtxCreate(context, 0, device);
    try {
      scale();
    } finally {
      JCudaDriver.cuCtxDestroy(context);
    }
  }

  private static void scale() {
    CUmodule module = new CUmodule();
    JCudaDriver.cuModuleLoadData(module, TestDevice.image("planted.so"));
    CUfunction function = new CUfunction();
    JCudaDriver.cuModuleGetFunction(function, module, "scale");
    float[] values = new float[N];
    for (int i = 0; i < N; i++) {
      values[i] = i;
    }
    CUdeviceptr in = new CUdeviceptr();
    CUdeviceptr out = new CUdeviceptr();
    JCudaDriver.cuMemAlloc(in, (long) N * Sizeof.FLOAT);
    JCudaDriver.cuMemAlloc(out, (long) N * Sizeof.FLOAT);
    JCudaDriver.cuMemcpyHtoD(in, Pointer.to(values), (long) N * Sizeof.FLOAT);
    launch(function, out, in, N);
    float[] result = new float[N];
    JCudaDriver.cuMemcpyDtoH(Pointer.to(result), out, (long) N * Sizeof.FLOAT);
    for (int i = 0; i < N; i++) {
      assertThat(result[i]).isEqualTo(2f * i);
    }
    JCudaDriver.cuMemFree(in);
    assertThatThrownBy(() -> JCudaDriver.cuMemFree(in))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("CUDA_ERROR_INVALID_VALUE");
  }

  private static void launch(CUfunction function, CUdeviceptr out, CUdeviceptr in, int n) {
    ByteBuffer parameter = ByteBuffer.allocateDirect(24).order(ByteOrder.nativeOrder());
    parameter.putLong(address(out)).putLong(address(in)).putInt(n).putInt(0).flip();
    JCudaDriver.cuLaunchKernel(
        function, 4, 1, 1, 256, 1, 1, 0, null, Pointer.to(Pointer.to(parameter)), null);
    JCudaDriver.cuCtxSynchronize();
  }

  /** The device address, which jcuda keeps to itself but for its text. */
  private static long address(CUdeviceptr pointer) {
    NativePointerObject object = pointer;
    String text = object.toString();
    int start = text.indexOf("0x") + 2;
    int end = start;
    while (end < text.length() && Character.digit(text.charAt(end), 16) >= 0) {
      end++;
    }
    return Long.parseUnsignedLong(text.substring(start, end), 16);
  }
}
