package io.gramian.jcuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import java.util.Random;
import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A linear layer by jcublas and Gramian's loss of its output, one after the other on a stream. */
@Tag("gpu")
final class JCublasTest {
  private static final int B = 64;
  private static final int FEATURES = 96;
  private static final int D = 32;

  @Test
  void aProductAndTheLossOnOneStream() {
    try (Device device = Gpu.openReal()) {
      requireCublas();
      float[] features = random(1, B * FEATURES);
      float[] weights = random(2, D * FEATURES);
      float[] pictures = random(3, B * D);
      try (Stream stream = device.newStream();
          Tensor x = device.upload(Tensor.of(features, B, FEATURES), DType.F32);
          Tensor w = device.upload(Tensor.of(weights, D, FEATURES), DType.F32);
          Tensor words = device.allocate(TensorSpec.of(DType.F32, B, D));
          Tensor other = device.upload(Tensor.of(pictures, B, D), DType.F32);
          Tensor loss = device.allocate(TensorSpec.of(DType.F32))) {
        Bindings in = Bindings.of("anchor", words).with("modality1", other);
        Bindings out = Bindings.of("loss", loss);
        Contrastive gram = new Contrastive(Similarity.volume());
        cublasHandle cublas = new cublasHandle();
        JCublas2.cublasCreate(cublas);
        try (Plan plan = gram.plan(device, in, out)) {
          JCublas2.cublasSetStream(cublas, JCuda.runtimeStream(stream));
          // cuBLAS counts by columns: words^T [D,B] = w x^T.
          JCublas2.cublasSgemm(
              cublas,
              cublasOperation.CUBLAS_OP_T,
              cublasOperation.CUBLAS_OP_N,
              D,
              B,
              FEATURES,
              Pointer.to(new float[] {1}),
              JCuda.pointer(w),
              FEATURES,
              JCuda.pointer(x),
              FEATURES,
              Pointer.to(new float[] {0}),
              JCuda.pointer(words),
              D);
          plan.run(stream, in, out);
          stream.synchronize();
        } finally {
          JCublas2.cublasDestroy(cublas);
        }
        double expected =
            gram.lossAndGradients(
                    Device.open("reference"),
                    Modalities.rows(D, product(features, weights), pictures))
                .loss();
        // cuBLAS may multiply by TF32.
        assertThat(loss.item()).isCloseTo(expected, within(2e-3 * expected));
      }
    }
  }

  private static void requireCublas() {
    try {
      JCublas2.setExceptionsEnabled(true);
    } catch (UnsatisfiedLinkError e) {
      Assumptions.abort("jcublas needs libcublas.so.12 of CUDA 12: " + e.getMessage());
    }
  }

  private static float[] product(float[] x, float[] w) {
    float[] result = new float[B * D];
    for (int i = 0; i < B; i++) {
      for (int j = 0; j < D; j++) {
        double sum = 0;
        for (int f = 0; f < FEATURES; f++) {
          sum += (double) x[i * FEATURES + f] * w[j * FEATURES + f];
        }
        result[i * D + j] = (float) sum;
      }
    }
    return result;
  }

  private static float[] random(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
