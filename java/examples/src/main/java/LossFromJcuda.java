// A loss of vectors in jcuda's device memory, on jcuda's stream, without a copy.
//
// Maven:  io.gramian:gramian-jcuda:0.1.0-SNAPSHOT
// Maven:  io.gramian:gramian-native:0.1.0-SNAPSHOT
// Maven:  org.jcuda:jcuda:12.6.0
// Maven:  org.jcuda:jcuda-natives:12.6.0:linux-x86_64
// Flags:  --enable-native-access=ALL-UNNAMED
// Run:    java FLAGS -cp 'lib/*' LossFromJcuda.java emulated
//
// For a GPU: gramian-kernels in place of gramian-native, and cuda in place of emulated.

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Stream;
import io.gramian.TensorSpec;
import io.gramian.jcuda.JCuda;
import io.gramian.jcuda.SharedContext;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import java.util.List;
import java.util.Random;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** Words and pictures of 32 samples; the loss and one gradient come back. */
public final class LossFromJcuda {
  private static final int BATCH = 32;
  private static final int DIMENSION = 48;
  private static final long BYTES = (long) BATCH * DIMENSION * Sizeof.FLOAT;

  public static void main(String[] args) {
    float[] words = random(1);
    float[] pictures = random(2);
    float[] loss = new float[1];
    float[] gradient = new float[BATCH * DIMENSION];
    Contrastive gram = new Contrastive(Similarity.volume()).temperature(0.07);
    // The device comes first: jcuda takes the driver that is loaded then.
    try (Device device = Device.open(args[0]);
        Device reference = Device.open("reference");
        SharedContext _ = SharedContext.enter(device)) {
      JCudaDriver.setExceptionsEnabled(true);
      CUdeviceptr wordsPointer = allocate(BYTES);
      CUdeviceptr picturesPointer = allocate(BYTES);
      CUdeviceptr gradientPointer = allocate(BYTES);
      CUdeviceptr lossPointer = allocate(Sizeof.FLOAT);
      CUstream cuStream = new CUstream();
      JCudaDriver.cuStreamCreate(cuStream, 0);

      // Views of jcuda's memory and stream; they own nothing.
      TensorSpec rows = TensorSpec.of(DType.F32, BATCH, DIMENSION);
      Bindings inputs =
          Bindings.of("anchor", JCuda.tensor(device, wordsPointer, rows))
              .with("modality1", JCuda.tensor(device, picturesPointer, rows));
      Bindings outputs =
          Bindings.of("loss", JCuda.tensor(device, lossPointer, TensorSpec.of(DType.F32)))
              .with("grad_anchor", JCuda.tensor(device, gradientPointer, rows));
      try (Stream stream = JCuda.stream(device, cuStream);
          Plan plan = gram.plan(device, inputs, outputs)) {
        // Copies and the loss follow one another on the stream; the program waits once.
        JCudaDriver.cuMemcpyHtoDAsync(wordsPointer, Pointer.to(words), BYTES, cuStream);
        JCudaDriver.cuMemcpyHtoDAsync(picturesPointer, Pointer.to(pictures), BYTES, cuStream);
        plan.run(stream, inputs, outputs);
        JCudaDriver.cuMemcpyDtoHAsync(Pointer.to(loss), lossPointer, Sizeof.FLOAT, cuStream);
        JCudaDriver.cuMemcpyDtoHAsync(Pointer.to(gradient), gradientPointer, BYTES, cuStream);
        JCudaDriver.cuStreamSynchronize(cuStream);
      }
      Bindings plain =
          gram.lossAndGradients(reference, Modalities.rows(DIMENSION, words, pictures));
      float[] expected = plain.gradient("anchor").toFloats();
      System.out.println("device: " + device);
      System.out.printf("loss %.6f, in plain Java %.6f%n", loss[0], plain.loss());
      System.out.printf("gradient[0] %.8f, in plain Java %.8f%n", gradient[0], expected[0]);

      JCudaDriver.cuStreamDestroy(cuStream);
      for (CUdeviceptr p : List.of(wordsPointer, picturesPointer, gradientPointer, lossPointer)) {
        JCudaDriver.cuMemFree(p);
      }
    }
  }

  private static CUdeviceptr allocate(long bytes) {
    CUdeviceptr pointer = new CUdeviceptr();
    JCudaDriver.cuMemAlloc(pointer, bytes);
    return pointer;
  }

  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[BATCH * DIMENSION];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
