package io.gramian.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.RawCuda;
import io.gramian.op.Gram;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Other users of the driver find their thread's context as they left it. */
final class CudaContextTest {
  private RawCuda other;

  @BeforeEach
  void available() {
    Emulated.requireAvailable();
    other = new RawCuda();
  }

  @Test
  void aThreadWithoutContextHasNoneAfterwards() {
    long before = other.currentContext();
    assertThat(before).isZero();
    useEverything();
    assertThat(other.currentContext()).isZero();
  }

  @Test
  void aForeignContextStaysCurrent() {
    long foreign = other.createContext();
    try {
      assertThat(other.currentContext()).isEqualTo(foreign);
      useEverything();
      assertThat(other.currentContext()).isEqualTo(foreign);
    } finally {
      other.destroyContext(foreign);
    }
  }

  @Test
  void anyThreadMayUseADevice() throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (Thread.Builder builder : new Thread.Builder[] {Thread.ofPlatform(), Thread.ofVirtual()}) {
      Thread thread = builder.unstarted(this::useEverything);
      thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
      thread.start();
      thread.join();
      assertThat(failure.get()).isNull();
    }
  }

  @Test
  void closingGivesThePrimaryContextBack() {
    assertThat(other.primaryIsActive()).isFalse();
    try (Device first = Emulated.open()) {
      try (Device second = Emulated.open()) {
        assertThat(second.place()).isEqualTo(first.place());
      }
      assertThat(other.primaryIsActive()).isTrue();
    }
    assertThat(other.primaryIsActive()).isFalse();
  }

  private void useEverything() {
    try (Device device = Emulated.open();
        Tensor vectors = device.allocate(TensorSpec.of(DType.F32, 1, 2, 1));
        Tensor gram = device.allocate(TensorSpec.of(DType.F32, 1, 2, 2))) {
      vectors.copyFrom(new float[] {2, 3});
      Bindings in = Bindings.of("vectors", vectors);
      Bindings out = Bindings.of("gram", gram);
      try (Plan plan = new Gram().plan(device, in, out)) {
        plan.run(in, out);
      }
      assertThat(gram.toFloats()).containsExactly(4, 6, 6, 9);
    }
  }
}
