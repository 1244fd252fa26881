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
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;

/** A program written for jcuda runs on the emulated device as it is. */
class JcudaTest {
  private static final int BATCH = 5;
  private static final int K = 4;
  private static final int D = 32;
  private static final int VECTOR_ACCESS = 1;

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
      gram();
    } finally {
      JCudaDriver.cuCtxDestroy(context);
    }
  }

  private static void gram() {
    CUmodule module = new CUmodule();
    JCudaDriver.cuModuleLoadData(module, TestDevice.kernelPtx("gram"));
    CUfunction function = new CUfunction();
    JCudaDriver.cuModuleGetFunction(function, module, "gram_f32_k" + K);
    float[] vectors = new float[BATCH * K * D];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = i % 11 - 5;
    }
    CUdeviceptr in = new CUdeviceptr();
    CUdeviceptr out = new CUdeviceptr();
    float[] gram = new float[BATCH * K * K];
    JCudaDriver.cuMemAlloc(in, (long) vectors.length * Sizeof.FLOAT);
    JCudaDriver.cuMemAlloc(out, (long) gram.length * Sizeof.FLOAT);
    JCudaDriver.cuMemcpyHtoD(in, Pointer.to(vectors), (long) vectors.length * Sizeof.FLOAT);
    launch(function, in, out);
    JCudaDriver.cuMemcpyDtoH(Pointer.to(gram), out, (long) gram.length * Sizeof.FLOAT);
    for (int entry = 0; entry < gram.length; entry++) {
      int left = entry / K * D;
      int right = (entry / (K * K) * K + entry % K) * D;
      float expected = 0;
      for (int z = 0; z < D; z++) {
        expected += vectors[left + z] * vectors[right + z];
      }
      // Whole numbers, so the sums are exact.
      assertThat(gram[entry]).as("entry %d", entry).isEqualTo(expected);
    }
    replay(out, gram.length);
    JCudaDriver.cuMemFree(in);
    assertThatThrownBy(() -> JCudaDriver.cuMemFree(in))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("CUDA_ERROR_INVALID_VALUE");
  }

  /** Captures a fill and runs it as a graph. */
  private static void replay(CUdeviceptr p, int count) {
    CUstream stream = new CUstream();
    JCudaDriver.cuStreamCreate(stream, 0);
    JCudaDriver.cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_GLOBAL);
    JCudaDriver.cuMemsetD32Async(p, 1, count, stream);
    CUgraph graph = new CUgraph();
    JCudaDriver.cuStreamEndCapture(stream, graph);
    CUgraphExec exec = new CUgraphExec();
    JCudaDriver.cuGraphInstantiate(exec, graph, 0);
    JCudaDriver.cuGraphLaunch(exec, stream);
    JCudaDriver.cuStreamSynchronize(stream);
    int[] ones = new int[count];
    JCudaDriver.cuMemcpyDtoH(Pointer.to(ones), p, (long) count * Sizeof.INT);
    assertThat(ones).containsOnly(1);
    JCudaDriver.cuGraphExecDestroy(exec);
    JCudaDriver.cuGraphDestroy(graph);
    JCudaDriver.cuStreamDestroy(stream);
  }

  /** A launch as kernels/README.md describes it. */
  private static void launch(CUfunction function, CUdeviceptr in, CUdeviceptr out) {
    ByteBuffer parameter = ByteBuffer.allocateDirect(136).order(ByteOrder.nativeOrder());
    parameter.putLong(0, address(in)).putLong(8, address(out));
    parameter.putLong(32, K * D).putLong(40, D); // strides of the vectors
    parameter.putLong(64, K * K).putLong(72, K); // strides of the output
    parameter.putLong(96, BATCH).putInt(104, K).putInt(108, D);
    parameter.putInt(112, VECTOR_ACCESS).putInt(116, 1); // flags, stageChunks
    int blocks = (BATCH + 3) / 4;
    int sharedBytes = 4 * K * 512;
    JCudaDriver.cuLaunchKernel(
        function,
        blocks,
        1,
        1,
        128,
        1,
        1,
        sharedBytes,
        null,
        Pointer.to(Pointer.to(parameter)),
        null);
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
