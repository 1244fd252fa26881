package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.cuda.Emulated;
import io.gramian.op.Gram;
import io.gramian.op.Volume;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is closed is told so on every backend before anything runs, and the device stays usable. */
final class LifetimeTest {
  private static final TensorSpec VECTORS = TensorSpec.of(DType.F32, 1, 2, 2);
  private static final TensorSpec GRAM = TensorSpec.of(DType.F32, 1, 2, 2);

  private static Device open(String backend) {
    if (backend.equals("emulated")) {
      Emulated.requireAvailable();
    }
    return Device.open(backend);
  }

  private static Tensor vectors(Device device) {
    Tensor tensor = device.allocate(VECTORS);
    tensor.copyFrom(new float[] {1, 2, 3, 4});
    return tensor;
  }

  private static void assertComputes(Device device) {
    try (Tensor vectors = vectors(device);
        Tensor gram = device.allocate(GRAM)) {
      Bindings in = Bindings.of("vectors", vectors);
      Bindings out = Bindings.of("gram", gram);
      try (Plan plan = new Gram().plan(device, in, out)) {
        plan.run(in, out);
      }
      assertThat(gram.toFloats()).containsExactly(5, 11, 11, 25);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "emulated"})
  void aRunTakesNoClosedTensorAndNoViewOfOne(String backend) {
    try (Device device = open(backend);
        Tensor vectors = vectors(device);
        Tensor gram = device.allocate(GRAM)) {
      Tensor closed = vectors(device);
      Tensor view = closed.view(0, VECTORS);
      closed.close();
      Tensor closedGram = device.allocate(GRAM);
      closedGram.close();
      Bindings in = Bindings.of("vectors", vectors);
      Bindings out = Bindings.of("gram", gram);
      try (Plan plan = new Gram().plan(device, in, out)) {
        for (Tensor each : List.of(closed, view)) {
          assertThatThrownBy(() -> plan.run(Bindings.of("vectors", each), out))
              .isInstanceOf(ClosedException.class)
              .hasMessageContaining("input 'vectors' is closed");
        }
        assertThatThrownBy(() -> plan.run(in, Bindings.of("gram", closedGram)))
            .isInstanceOf(ClosedException.class)
            .hasMessageContaining("output 'gram' is closed");
      }
      assertComputes(device);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void aRunTakesNoMemoryOfAClosedArena(String backend) {
    Arena arena = Arena.ofShared();
    try (Device device = open(backend);
        Tensor gram = device.allocate(GRAM)) {
      Bindings in = Bindings.of("vectors", Tensor.of(arena.allocate(16, 4), VECTORS));
      Bindings out = Bindings.of("gram", gram);
      try (Plan plan = new Gram().plan(device, in, out)) {
        plan.run(in, out);
        arena.close();
        assertThatThrownBy(() -> plan.run(in, out)).isInstanceOf(ClosedException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "emulated"})
  void aRunTakesNoStreamThatIsClosedOrOfAnotherDevice(String backend) {
    try (Device device = open(backend);
        Device other = open(backend);
        Tensor vectors = vectors(device);
        Tensor gram = device.allocate(GRAM)) {
      Bindings in = Bindings.of("vectors", vectors);
      Bindings out = Bindings.of("gram", gram);
      Stream closed = device.newStream();
      closed.close();
      try (Plan plan = new Gram().plan(device, in, out);
          Timer timer = device.newTimer()) {
        assertThatThrownBy(() -> plan.run(closed, in, out)).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> timer.start(closed)).isInstanceOf(ClosedException.class);
        assertThatThrownBy(closed::synchronize).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> plan.run(other.defaultStream(), in, out))
            .isInstanceOf(ParameterException.class)
            .hasMessageContaining("another device");
        assertThatThrownBy(() -> plan.run(null, in, out))
            .isInstanceOf(ParameterException.class)
            .hasMessageContaining("a stream");
      }
      assertComputes(device);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "emulated"})
  void aClosedDeviceMakesNothing(String backend) {
    Device device = open(backend);
    device.close();
    device.close();
    assertThatThrownBy(() -> device.allocate(GRAM)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> device.wrap(256, GRAM)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(device::newStream).isInstanceOf(ClosedException.class);
    assertThatThrownBy(device::newTimer).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> device.defaultStream().synchronize())
        .isInstanceOf(ClosedException.class);
    assertThatThrownBy(
            () ->
                new Gram()
                    .plan(
                        device,
                        Specs.of("vectors", VECTORS),
                        Specs.of("gram", GRAM),
                        PlanOptions.defaults()))
        .isInstanceOf(ClosedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "emulated"})
  void aPlanWithoutOptionsLeavesNothingOpen(String backend) {
    try (Device device = open(backend)) { // refuses to close while a plan is open
      Specs in = Specs.of("vectors", VECTORS);
      Specs out = Specs.of("gram", GRAM);
      assertThatThrownBy(() -> new Gram().plan(device, in, out, null))
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("options");
      PlanOptions failing =
          PlanOptions.defaults()
              .workspace(
                  bytes -> {
                    throw new AssertionError("no workspace");
                  });
      try (Plan _ =
          new Volume().plan(device, in, Specs.of("volume", TensorSpec.of(DType.F32, 1)), failing)) {
        // an op that wants no workspace asks for none
      } catch (AssertionError e) {
        assertThat(e).hasMessage("no workspace");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "emulated"})
  void aFailedUploadLeavesNothingOpen(String backend) {
    try (Device device = open(backend)) {
      Tensor closed = device.allocate(GRAM);
      closed.close();
      assertThatThrownBy(() -> device.upload(closed, DType.F32))
          .isInstanceOf(ClosedException.class);
      assertThatThrownBy(() -> device.upload(Tensor.of(new float[4], 4), DType.I32))
          .isInstanceOf(ShapeException.class);
    }
  }

  /** Nothing that one thread closes is freed under the call of another. */
  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "emulated"})
  void whatOneThreadClosesAnotherMayBeUsing(String backend) throws InterruptedException {
    try (Device device = open(backend)) {
      for (int round = 0; round < 60; round++) {
        Tensor vectors = vectors(device);
        Tensor gram = device.allocate(GRAM);
        Stream stream = device.newStream();
        Timer timer = device.newTimer();
        Bindings in = Bindings.of("vectors", vectors);
        Bindings out = Bindings.of("gram", gram);
        Plan plan = new Gram().plan(device, in, out);
        PlanCache cache = new PlanCache(device);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Runnable> users =
            List.of(
                () -> plan.run(stream, in, out),
                () -> cache.run(stream, new Gram(), in, out),
                stream::synchronize,
                gram::toFloats,
                () -> {
                  timer.start(stream);
                  timer.stop(stream);
                  timer.seconds();
                });
        List<AutoCloseable> closers = List.of(vectors, gram, stream, plan, timer, cache, device);
        int closer = round % closers.size();
        Thread user =
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < 200 && failure.get() == null; i++) {
                        tryTo(users.get(i % users.size()), failure);
                      }
                    });
        tryTo(
            () -> {
              Thread.yield();
              close(closers.get(closer));
            },
            failure);
        user.join();
        cache.close();
        for (AutoCloseable each : List.of(plan, timer, gram, vectors, stream)) {
          close(each);
        }
        assertThat(failure.get()).as(closers.get(closer).toString()).isNull();
        if (backend.equals("emulated")) {
          assertComputes(device); // the context is not lost; host devices close at any time
        } else if (closers.get(closer) == device) {
          return;
        }
      }
    }
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (GramianException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Runs something that may be refused, by a typed error, since another thread closes. */
  private static void tryTo(Runnable action, AtomicReference<Throwable> failure) {
    try {
      action.run();
    } catch (CudaException e) {
      failure.compareAndSet(null, e);
    } catch (GramianException e) {
      // closed, in use, or never started
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }
}
