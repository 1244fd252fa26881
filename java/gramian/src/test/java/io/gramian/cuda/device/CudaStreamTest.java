package io.gramian.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Plan;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.RawCuda;
import io.gramian.cuda.driver.DriverEvent;
import io.gramian.cuda.driver.MemoryTransfer;
import io.gramian.cuda.driver.PrimaryContext;
import io.gramian.op.Gram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CudaStreamTest {
  private Device device;

  @BeforeEach
  void open() {
    device = Emulated.open();
  }

  @AfterEach
  void close() {
    if (device != null) {
      device.close();
    }
  }

  @Test
  void aRunIsDoneWhenItsStreamIs() {
    try (Stream stream = device.newStream();
        Tensor vectors = device.allocate(TensorSpec.of(DType.F32, 1, 2, 2));
        Tensor gram = device.allocate(TensorSpec.of(DType.F32, 1, 2, 2))) {
      vectors.copyFrom(new float[] {1, 2, 3, 4});
      Bindings in = Bindings.of("vectors", vectors);
      Bindings out = Bindings.of("gram", gram);
      try (Plan plan = new Gram().plan(device, in, out)) {
        plan.run(stream, in, out);
        stream.synchronize();
        assertThat(gram.toFloats()).containsExactly(5, 11, 11, 25);
      }
    }
  }

  @Test
  void theStreamOfAnotherLibraryIsUsedAndLeftAlone() {
    RawCuda other = new RawCuda();
    long primary = other.retainPrimary();
    long before = other.currentContext();
    other.setCurrentContext(primary);
    long handle = other.createStream();
    try (Tensor vectors = device.allocate(TensorSpec.of(DType.F32, 1, 2, 1));
        Tensor gram = device.allocate(TensorSpec.of(DType.F32, 1, 2, 2))) {
      vectors.copyFrom(new float[] {2, 3});
      Bindings in = Bindings.of("vectors", vectors);
      Bindings out = Bindings.of("gram", gram);
      try (Stream stream = device.wrapStream(handle);
          Plan plan = new Gram().plan(device, in, out)) {
        assertThat(stream.handle()).isEqualTo(handle);
        plan.run(stream, in, out);
        stream.synchronize();
      }
      assertThat(gram.toFloats()).containsExactly(4, 6, 6, 9);
      // Fails if closing the wrapped stream had destroyed it.
      other.destroyStream(handle);
    } finally {
      other.setCurrentContext(before);
      other.releasePrimary();
    }
  }

  @Test
  void aClosedStreamSaysSo() {
    Stream stream = device.newStream();
    stream.close();
    stream.close();
    assertThatThrownBy(stream::synchronize).isInstanceOf(ClosedException.class);
    try (Tensor vectors = device.allocate(TensorSpec.of(DType.F32, 1, 1, 1));
        Tensor gram = device.allocate(TensorSpec.of(DType.F32, 1, 1, 1))) {
      Bindings in = Bindings.of("vectors", vectors);
      Bindings out = Bindings.of("gram", gram);
      try (Plan plan = new Gram().plan(device, in, out)) {
        assertThatThrownBy(() -> plan.run(stream, in, out)).isInstanceOf(ClosedException.class);
      }
    }
  }

  @Test
  void theDefaultStreamOutlivesItsClose() {
    device.defaultStream().close();
    device.defaultStream().synchronize();
    assertThat(device.defaultStream().handle()).isZero();
  }

  @Test
  void aStreamOfAnotherDeviceIsRefused() {
    try (Device reference = Device.open("reference");
        Tensor vectors = device.allocate(TensorSpec.of(DType.F32, 1, 1, 1));
        Tensor gram = device.allocate(TensorSpec.of(DType.F32, 1, 1, 1))) {
      Bindings in = Bindings.of("vectors", vectors);
      Bindings out = Bindings.of("gram", gram);
      try (Plan plan = new Gram().plan(device, in, out)) {
        assertThatThrownBy(() -> plan.run(reference.defaultStream(), in, out))
            .isInstanceOf(ParameterException.class)
            .hasMessageContaining("emulated");
      }
    }
  }

  @Test
  void eventsOrderStreamsAndMeasureTime() {
    PrimaryContext context = ((CudaDevice) device).context();
    try (Stream first = device.newStream();
        Stream second = device.newStream();
        DriverEvent start = DriverEvent.create(context);
        DriverEvent end = DriverEvent.create(context);
        Tensor tensor = device.allocate(TensorSpec.of(DType.I32, 1))) {
      start.record(first.handle());
      MemoryTransfer.fillAsync(context, tensor.address(), (byte) 1, 4, first.handle());
      end.record(first.handle());
      end.awaitOn(second.handle());
      MemoryTransfer.fillAsync(context, tensor.address(), (byte) 2, 4, second.handle());
      second.synchronize();
      end.synchronize();
      assertThat(tensor.toInts()).containsExactly(0x02020202);
      assertThat(end.millisecondsSince(start)).isBetween(0f, 60_000f);
    }
  }

  @Test
  void aClosedEventSaysSo() {
    DriverEvent event = DriverEvent.create(((CudaDevice) device).context());
    event.close();
    event.close();
    assertThatThrownBy(() -> event.record(0)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(event::synchronize).isInstanceOf(ClosedException.class);
  }
}
