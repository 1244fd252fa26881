package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.op.Gram;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import io.gramian.spi.Executor;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class PlanTest {
  private final Device device = Device.open("reference");
  private final Bindings in =
      Bindings.of("vectors", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3));
  private final Bindings out = Bindings.of("gram", Tensor.of(new float[4], 1, 2, 2));

  @Test
  void runsAgainAndAgainOnOneBinding() {
    try (Plan plan = new Gram().plan(device, in, out)) {
      plan.run(in, out);
      assertThat(out.get("gram").toFloats()).containsExactly(14, 32, 32, 77);
      in.get("vectors").copyFrom(new float[] {1, 0, 0, 0, 1, 0});
      plan.run(in, out);
      assertThat(out.get("gram").toFloats()).containsExactly(1, 0, 0, 1);
    }
  }

  @Test
  void bindingsMustFitThePlan() {
    try (Plan plan = new Gram().plan(device, in, out)) {
      Bindings wrong = Bindings.of("vectors", Tensor.of(new float[6], 1, 3, 2));
      assertThatThrownBy(() -> plan.run(wrong, out))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("'vectors' was planned as f32[1, 2, 3], got f32[1, 3, 2]");
      assertThatThrownBy(() -> plan.run(Bindings.none(), out))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("expected inputs [vectors], got []");
    }
  }

  @Test
  void outputsMustNotShareMemoryWithInputs() {
    float[] memory = new float[6];
    Bindings input = Bindings.of("vectors", Tensor.of(memory, 1, 2, 3));
    Bindings output =
        Bindings.of("gram", Tensor.of(MemorySegment.ofArray(memory), out.get("gram").spec()));
    try (Plan plan = new Gram().plan(device, input, output)) {
      assertThatThrownBy(() -> plan.run(input, output))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("'gram' shares memory with 'vectors'");
    }
  }

  @Test
  void checkingFindsNanBeforeAnythingIsWritten() {
    PlanOptions options = PlanOptions.defaults().checkFinite(true);
    Bindings bad =
        Bindings.of("vectors", Tensor.of(new float[] {1, 2, Float.NaN, 4, 5, 6}, 1, 2, 3));
    try (Plan plan = new Gram().plan(device, bad.specs(), out.specs(), options)) {
      assertThatThrownBy(() -> plan.run(bad, out))
          .isInstanceOf(NonFiniteException.class)
          .hasMessageContaining("NaN in 'vectors' at element 2");
      assertThat(out.get("gram").toFloats()).containsOnly(0);
    }
  }

  @Test
  void aClosedPlanSaysSo() {
    Plan plan = new Gram().plan(device, in, out);
    plan.close();
    plan.close();
    assertThatThrownBy(() -> plan.run(in, out))
        .isInstanceOf(GramianException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void twoThreadsInOnePlanAreToldSo() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    AtomicBoolean freed = new AtomicBoolean();
    Executor blocking =
        new StubExecutor(0) {
          @Override
          public void close() {
            freed.set(true);
          }

          @Override
          public void run(Stream stream, Bindings i, Bindings o, MemorySegment workspace) {
            inside.countDown();
            try {
              leave.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    Plan plan =
        new Plan(new Gram(), device, in.specs(), out.specs(), PlanOptions.defaults(), blocking);
    Thread first = new Thread(() -> plan.run(in, out), "first");
    first.start();
    inside.await();
    assertThatThrownBy(() -> plan.run(in, out))
        .isInstanceOf(ConcurrentUseException.class)
        .hasMessageContaining("in use by thread 'first'");
    // Closing waits for the run: it would free what the run uses.
    Thread closer = new Thread(plan::close, "closer");
    closer.start();
    while (closer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(freed).isFalse();
    leave.countDown();
    first.join();
    closer.join();
    assertThat(freed).isTrue();
    assertThatThrownBy(() -> plan.run(in, out)).isInstanceOf(ClosedException.class);
  }

  @Test
  void theCallerMaySupplyTheWorkspace() {
    long[] asked = new long[1];
    Tensor[] given = {device.allocate(TensorSpec.of(DType.F32, 64))};
    PlanOptions options =
        PlanOptions.defaults()
            .workspace(
                bytes -> {
                  asked[0] = bytes;
                  return given[0];
                });
    AtomicBoolean used = new AtomicBoolean();
    Executor executor =
        new StubExecutor(200) {
          @Override
          public void run(Stream stream, Bindings i, Bindings o, MemorySegment workspace) {
            used.set(workspace.address() == given[0].address());
          }
        };
    try (Plan plan = new Plan(new Gram(), device, in.specs(), out.specs(), options, executor)) {
      plan.run(in, out);
    }
    assertThat(asked[0]).isEqualTo(200);
    assertThat(used).isTrue();
    assertThat(given[0].toFloats()).hasSize(64);

    PlanOptions tooSmall = options.workspace(bytes -> Tensor.of(new float[1], 1));
    assertThatThrownBy(
            () -> new Plan(new Gram(), device, in.specs(), out.specs(), tooSmall, executor))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("at least 200 bytes");
  }

  @Test
  void anOpThatABackendLacksIsNamed() {
    Op unknown =
        new Op() {
          @Override
          public String name() {
            return "no-such-op";
          }

          @Override
          public String summary() {
            return "an op that no backend has";
          }

          @Override
          public Signature signature(Specs inputs) {
            return new Gram().signature(inputs);
          }
        };
    assertThatThrownBy(() -> unknown.evaluate(device, in, Set.of("gram")))
        .isInstanceOf(UnsupportedOpException.class)
        .hasMessageContaining("reference")
        .hasMessageContaining("no-such-op")
        .hasMessageContaining("Gram");
  }

  private abstract static class StubExecutor implements Executor {
    private final long bytes;

    StubExecutor(long bytes) {
      this.bytes = bytes;
    }

    @Override
    public long workspaceBytes() {
      return bytes;
    }
  }
}
