package io.gramian.jcuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Stream;
import io.gramian.TensorSpec;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import io.gramian.testing.Snippets;
import java.nio.file.Path;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;

/** The code of the README, run on the emulated device. */
final class ReadmeTest {
  @Test
  void aLossOnJcudasStream() {
    String backend = "emulated";
    int b = 2;
    int d = 2;
    float[] result = new float[1];
    try (Device outer = Gpu.openEmulated();
        SharedContext _ = SharedContext.enter(outer)) {
      JCudaDriver.setExceptionsEnabled(true);
      CUdeviceptr words = upload(1, 0, 0, 2);
      CUdeviceptr pictures = upload(3, 0, 0, 1);
      CUdeviceptr loss = upload(0);
      CUstream cuStream = new CUstream();
      JCudaDriver.cuStreamCreate(cuStream, 0);

      // readme:begin
      try (Device device = Device.open(backend); // "cuda"
          SharedContext _ = SharedContext.enter(device);
          Stream stream = JCuda.stream(device, cuStream)) {
        Bindings in =
            Bindings.of("anchor", JCuda.tensor(device, words, TensorSpec.of(DType.F32, b, d)))
                .with("modality1", JCuda.tensor(device, pictures, TensorSpec.of(DType.F32, b, d)));
        Bindings out = Bindings.of("loss", JCuda.tensor(device, loss, TensorSpec.of(DType.F32)));
        try (Plan plan = new Contrastive(Similarity.volume()).plan(device, in, out)) {
          plan.run(stream, in, out); // after what cuStream has to do, before what comes next
          stream.synchronize(); // before the plan is closed
        }
      }
      // readme:end

      JCudaDriver.cuMemcpyDtoH(Pointer.to(result), loss, Sizeof.FLOAT);
      JCudaDriver.cuStreamDestroy(cuStream);
      JCudaDriver.cuMemFree(words);
      JCudaDriver.cuMemFree(pictures);
      JCudaDriver.cuMemFree(loss);
    }
    // A word and its picture span no area, a word and the other picture a unit square.
    double match = 1 / (1 + Math.exp(-1 / 0.07));
    assertThat((double) result[0])
        .isCloseTo(-0.95 * Math.log(match) - 0.05 * Math.log(1 - match), within(1e-5));
  }

  private static CUdeviceptr upload(float... values) {
    CUdeviceptr pointer = new CUdeviceptr();
    long bytes = (long) values.length * Sizeof.FLOAT;
    JCudaDriver.cuMemAlloc(pointer, bytes);
    JCudaDriver.cuMemcpyHtoD(pointer, Pointer.to(values), bytes);
    return pointer;
  }

  @Test
  void everyJavaBlockIsCodeThatRuns() {
    Snippets.assertShown(
        Path.of("README.md"), Path.of("src/test/java/io/gramian/jcuda/ReadmeTest.java"));
  }
}
