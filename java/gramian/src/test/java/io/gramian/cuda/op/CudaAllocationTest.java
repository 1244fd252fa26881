package io.gramian.cuda.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.op.Contrastive;
import io.gramian.op.Gram;
import io.gramian.op.Mmd;
import io.gramian.op.Negatives;
import io.gramian.op.NtXent;
import io.gramian.op.Objective;
import io.gramian.op.Op;
import io.gramian.op.SemanticDensity;
import io.gramian.op.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A run leaves nothing for the garbage collector once it has been compiled. */
final class CudaAllocationTest {
  private static final int RUNS = 20;
  private static final int WARM_UP = 150;

  @Test
  void aRunAllocatesNothing() {
    try (Device device = Emulated.open();
        Stream stream = device.newStream();
        Tensor vectors = device.allocate(TensorSpec.of(DType.F32, 1, 2, 4));
        Tensor gram = device.allocate(TensorSpec.of(DType.F32, 1, 2, 2))) {
      vectors.copyFrom(new float[] {1, 2, 3, 4, 5, 6, 7, 8});
      Bindings in = Bindings.of("vectors", vectors);
      Bindings out = Bindings.of("gram", gram);
      CudaExecutor executor =
          (CudaExecutor)
              GramCuda.executor(
                  (CudaDevice) device, new Gram(), in.specs(), out.specs(), PlanOptions.defaults());
      try (Plan plan = new Gram().plan(device, in, out)) {
        Runnable direct = () -> executor.run(stream, in, out, MemorySegment.NULL);
        Runnable planned = () -> plan.run(stream, in, out);
        assertThat(leastAllocated(direct, stream)).as("bytes of the executor").isZero();
        assertThat(leastAllocated(planned, stream)).as("bytes of the plan").isZero();
      } finally {
        executor.free();
      }
    }
  }

  @Test
  void aRunOfManyLaunchesAllocatesNothing() {
    Contrastive op = new Contrastive(Similarity.volume()).negatives(Negatives.PRODUCT);
    try (Device device = Emulated.open();
        Stream stream = device.newStream();
        Tensor rows = device.allocate(TensorSpec.of(DType.F32, 2, 3));
        Tensor loss = device.allocate(TensorSpec.of(DType.F32));
        Tensor gradient = device.allocate(TensorSpec.of(DType.F32, 2, 3))) {
      rows.copyFrom(new float[] {1, 2, 3, 4, 5, 7});
      Bindings in = Bindings.of("anchor", rows).with("modality1", rows).with("modality2", rows);
      Bindings out = Bindings.of("loss", loss).with("grad_anchor", gradient);
      ProductCuda executor =
          new ProductCuda(
              (CudaDevice) device, op, in.specs(), out.specs(), PlanOptions.defaults(), 3);
      TensorSpec bytes = TensorSpec.of(DType.F32, Math.ceilDiv(executor.workspaceBytes(), 4));
      try (Tensor workspace = device.allocate(bytes)) {
        Runnable run = () -> executor.run(stream, in, out, workspace.memory());
        assertThat(leastAllocated(run, stream)).isZero();
      } finally {
        executor.free();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lossesOverPairs")
  void aRunOverPairsAllocatesNothing(Op op, List<String> inputs, List<String> gradients) {
    List<Tensor> tensors = new ArrayList<>();
    try (Device device = Emulated.open();
        Stream stream = device.newStream()) {
      Bindings in = Bindings.none();
      for (String input : inputs) {
        Tensor rows = device.allocate(TensorSpec.of(DType.F32, 4, 3));
        rows.copyFrom(new float[] {1, 2, 3, 4, 5, 7, 1, 1, 2, 0, 1, 4});
        tensors.add(rows);
        in = in.with(input, rows);
      }
      tensors.add(device.allocate(TensorSpec.of(DType.F32)));
      Bindings out = Bindings.of("loss", tensors.getLast());
      for (String gradient : gradients) {
        boolean isOfRows = inputs.contains(gradient.substring("grad_".length()));
        TensorSpec spec = isOfRows ? TensorSpec.of(DType.F32, 4, 3) : TensorSpec.of(DType.F32);
        tensors.add(device.allocate(spec));
        out = out.with(gradient, tensors.getLast());
      }
      Bindings given = in;
      Bindings wanted = out;
      try (Plan plan = op.plan(device, given, wanted)) {
        assertThat(leastAllocated(() -> plan.run(stream, given, wanted), stream)).isZero();
      } finally {
        tensors.forEach(Tensor::close);
      }
    }
  }

  /** Losses, their inputs and the gradients that are asked for. */
  static List<Arguments> lossesOverPairs() {
    List<String> tuples = List.of("anchor", "modality1", "modality2");
    List<String> ofTuples = List.of("grad_anchor", "grad_modality2");
    Contrastive volume = new Contrastive(Similarity.volume());
    return List.of(
        Arguments.of(volume, tuples, ofTuples),
        Arguments.of(volume.objective(Objective.sigmoid()), tuples, List.of("grad_scale")),
        Arguments.of(new NtXent(), List.of("views"), List.of("grad_views", "grad_temperature")),
        Arguments.of(new Mmd(), List.of("x", "y"), List.of("grad_y")),
        Arguments.of(new SemanticDensity(), List.of("x", "y"), List.of("grad_x")));
  }

  /** Bytes of {@link #RUNS} runs, the least of several attempts while the code is compiled. */
  private static long leastAllocated(Runnable run, Stream stream) {
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < WARM_UP && least > 0; attempt++) {
      long before = allocatedBytes();
      for (int i = 0; i < RUNS; i++) {
        run.run();
      }
      least = Math.min(least, allocatedBytes() - before);
      stream.synchronize();
    }
    return least;
  }

  // The module does not read jdk.management, which knows what a thread has allocated.
  private static final MethodHandle ALLOCATED = allocatedBytesHandle();

  private static long allocatedBytes() {
    try {
      return (long) ALLOCATED.invokeExact();
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  private static MethodHandle allocatedBytesHandle() {
    try {
      Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
      Class<?> threads = Class.forName("com.sun.management.ThreadMXBean");
      Object bean = factory.getMethod("getThreadMXBean").invoke(null);
      return MethodHandles.publicLookup()
          .findVirtual(threads, "getCurrentThreadAllocatedBytes", MethodType.methodType(long.class))
          .bindTo(bean);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
