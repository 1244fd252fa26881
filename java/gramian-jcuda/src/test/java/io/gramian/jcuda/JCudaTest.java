package io.gramian.jcuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Plan;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import java.nio.ByteBuffer;
import java.util.Random;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import jcuda.runtime.cudaStream_t;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A program of jcuda and Gramian on the emulated device. */
final class JCudaTest {
  private static final int B = 6;
  private static final int D = 16;
  private static final TensorSpec ROWS = TensorSpec.of(DType.F32, B, D);

  private Device device;
  private SharedContext context;

  @BeforeEach
  void open() {
    device = Gpu.openEmulated();
    context = SharedContext.enter(device);
    JCudaDriver.setExceptionsEnabled(true);
  }

  @AfterEach
  void close() {
    if (context != null) {
      context.close();
      device.close();
    }
  }

  @Test
  void aLossOfJcudasMemoryOnJcudasStream() {
    float[][] rows = {random(1), random(2), random(3)};
    CUdeviceptr[] pointers = {allocate(B * D), allocate(B * D), allocate(B * D)};
    CUdeviceptr lossPointer = allocate(1);
    CUdeviceptr gradientPointer = allocate(B * D);
    CUstream stream = new CUstream();
    JCudaDriver.cuStreamCreate(stream, 0);

    Bindings in = Bindings.none();
    for (int i = 0; i < rows.length; i++) {
      Tensor tensor = JCuda.tensor(device, pointers[i], ROWS);
      in = in.with(i == 0 ? "anchor" : "modality" + i, tensor);
    }
    Bindings out =
        Bindings.of("loss", JCuda.tensor(device, lossPointer, TensorSpec.of(DType.F32)))
            .with("grad_anchor", JCuda.tensor(device, gradientPointer, ROWS));
    float[] loss = new float[1];
    float[] gradient = new float[B * D];
    Contrastive gram = new Contrastive(Similarity.volume());
    try (Stream ours = JCuda.stream(device, stream);
        Plan plan = gram.plan(device, in, out)) {
      // Nothing waits in between: the emulated device runs a stream only when it is waited for.
      for (int i = 0; i < rows.length; i++) {
        JCudaDriver.cuMemcpyHtoDAsync(pointers[i], Pointer.to(rows[i]), bytes(B * D), stream);
      }
      plan.run(ours, in, out);
      JCudaDriver.cuMemcpyDtoHAsync(Pointer.to(loss), lossPointer, bytes(1), stream);
      JCudaDriver.cuMemcpyDtoHAsync(Pointer.to(gradient), gradientPointer, bytes(B * D), stream);
      JCudaDriver.cuStreamSynchronize(stream);
    }

    Bindings expected =
        gram.lossAndGradients(
            Device.open("reference"), Modalities.rows(D, rows[0], rows[1], rows[2]));
    float[] expectedGradient = expected.gradient("anchor").toFloats();
    assertThat((double) loss[0]).isCloseTo(expected.loss(), within(1e-5 * expected.loss()));
    for (int i = 0; i < gradient.length; i++) {
      assertThat(gradient[i]).isCloseTo(expectedGradient[i], within(1e-5f));
    }
    JCudaDriver.cuStreamDestroy(stream);
    for (CUdeviceptr pointer : pointers) {
      JCudaDriver.cuMemFree(pointer);
    }
    JCudaDriver.cuMemFree(lossPointer);
    JCudaDriver.cuMemFree(gradientPointer);
  }

  @Test
  void jcudaUsesOurTensorsAndStreams() {
    try (Tensor tensor = device.allocate(ROWS);
        Tensor copy = device.allocate(ROWS);
        Stream stream = device.newStream()) {
      float[] values = random(4);
      tensor.copyFrom(values);
      CUstream theirs = JCuda.driverStream(stream);
      JCudaDriver.cuMemcpyDtoDAsync(
          JCuda.pointer(copy), JCuda.pointer(tensor), bytes(B * D), theirs);
      JCudaDriver.cuStreamSynchronize(theirs);
      assertThat(copy.toFloats()).isEqualTo(values);
    }
  }

  @Test
  void addressesGoInAndOutUnchanged() {
    CUdeviceptr pointer = allocate(2 * B * D);
    long half = bytes(B * D);
    Tensor first = JCuda.tensor(device, pointer, ROWS);
    Tensor second = JCuda.tensor(device, pointer.withByteOffset(half), ROWS);
    assertThat(second.address()).isEqualTo(first.address() + half);
    assertThat(JCuda.pointer(first)).isEqualTo(pointer);
    assertThat(JCuda.tensor(device, JCuda.pointer(second), ROWS).address())
        .isEqualTo(second.address());
    assertThat(JCuda.tensor(device, JCuda.pointer(first).withByteOffset(half), ROWS).address())
        .isEqualTo(second.address());
    // A plain pointer, as cudaMalloc fills it.
    Pointer plain = new Pointer();
    JCudaFields.setHandle(plain, first.address());
    assertThat(JCuda.tensor(device, plain, ROWS).address()).isEqualTo(first.address());
    first.close();
    second.close();
    JCudaDriver.cuMemFree(pointer);
  }

  @Test
  void streamsGoInAndOutUnchanged() {
    try (Stream stream = device.newStream()) {
      CUstream driver = JCuda.driverStream(stream);
      cudaStream_t runtime = JCuda.runtimeStream(stream);
      assertThat(runtime).isEqualTo(new cudaStream_t(driver));
      assertThat(JCuda.stream(device, driver).handle()).isEqualTo(stream.handle());
      assertThat(JCuda.stream(device, runtime).handle()).isEqualTo(stream.handle());
      assertThat(JCuda.stream(device, (CUstream) null).handle()).isZero();
      assertThat(JCuda.stream(device, new CUstream()).handle()).isZero();
    }
  }

  @Test
  void theContextIsThePrimaryOneAndTheThreadGetsItsOwnBack() {
    context.close();
    CUcontext own = new CUcontext();
    JCudaDriver.cuCtxCreate(own, 0, device(0));
    try (SharedContext shared = SharedContext.enter(device)) {
      assertThat(current()).isEqualTo(shared.context()).isNotEqualTo(own);
      assertThatThrownBy(() -> onAnotherThread(shared::close))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("which has entered the context");
    }
    assertThat(current()).isEqualTo(own);
    JCudaDriver.cuCtxDestroy(own);
  }

  @Test
  void memoryAndStreamsOfAnotherContextAreRefused() {
    context.close();
    CUcontext own = new CUcontext();
    JCudaDriver.cuCtxCreate(own, 0, device(0));
    CUdeviceptr pointer = allocate(B * D);
    CUstream stream = new CUstream();
    JCudaDriver.cuStreamCreate(stream, 0);
    assertThatThrownBy(() -> JCuda.tensor(device, pointer, ROWS))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("expected memory of the primary context of emulated")
        .hasMessageContaining("enter a SharedContext");
    assertThatThrownBy(() -> JCuda.stream(device, stream))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("got a stream of another context");
    assertThat(current()).isEqualTo(own);
    JCudaDriver.cuCtxDestroy(own);
  }

  @Test
  void freedMemoryIsRefused() {
    CUdeviceptr pointer = allocate(B * D);
    CUdeviceptr inside = pointer.withByteOffset(8);
    TensorSpec part = TensorSpec.of(DType.F32, 2);
    assertThat(JCuda.tensor(device, inside, part).address() % 256).isEqualTo(8);
    JCudaDriver.cuMemFree(pointer);
    assertThatThrownBy(() -> JCuda.tensor(device, inside, part))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("which the driver does not know");
  }

  @Test
  void hostMemoryIsNotTakenForDeviceMemory() {
    refused(null);
    refused(new Pointer());
    refused(new CUdeviceptr());
    refused(Pointer.to(new float[B * D]));
    refused(Pointer.to(new float[B * D]).withByteOffset(4));
    refused(Pointer.to(ByteBuffer.allocateDirect(B * D * Sizeof.FLOAT)));
    Device host = Device.open("reference");
    CUdeviceptr pointer = allocate(B * D);
    assertThatThrownBy(() -> JCuda.tensor(host, pointer, ROWS))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("expected a device of the backend cuda or emulated, got reference");
    assertThatThrownBy(() -> JCuda.stream(host, new CUstream()))
        .isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> SharedContext.enter(host)).isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> JCuda.pointer(Tensor.of(new float[2], 2)))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("expected a tensor on a GPU, got f32[2] on host");
    JCudaDriver.cuMemFree(pointer);
  }

  @Test
  void tensorsOfTheBackendKeepTheirOwner() {
    CUdeviceptr pointer = allocate(B * D);
    JCuda.tensor(device, pointer, ROWS).close();
    // Still allocated: freeing it is jcuda's.
    assertThat(JCudaDriver.cuMemFree(pointer)).isEqualTo(CUresult.CUDA_SUCCESS);
  }

  private void refused(Pointer pointer) {
    assertThatThrownBy(() -> JCuda.tensor(device, pointer, ROWS))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("f32[6, 16], got null");
  }

  private static CUdeviceptr allocate(int floats) {
    CUdeviceptr pointer = new CUdeviceptr();
    JCudaDriver.cuMemAlloc(pointer, bytes(floats));
    return pointer;
  }

  private static CUcontext current() {
    CUcontext context = new CUcontext();
    JCudaDriver.cuCtxGetCurrent(context);
    return context;
  }

  private static CUdevice device(int ordinal) {
    CUdevice device = new CUdevice();
    JCudaDriver.cuDeviceGet(device, ordinal);
    return device;
  }

  private static void onAnotherThread(Runnable action) throws Throwable {
    Throwable[] thrown = new Throwable[1];
    Thread thread = Thread.ofPlatform().unstarted(action);
    thread.setUncaughtExceptionHandler((t, e) -> thrown[0] = e);
    thread.start();
    thread.join();
    if (thrown[0] != null) {
      throw thrown[0];
    }
  }

  private static long bytes(int floats) {
    return (long) floats * Sizeof.FLOAT;
  }

  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[B * D];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
