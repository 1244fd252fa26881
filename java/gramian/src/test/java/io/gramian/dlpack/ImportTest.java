package io.gramian.dlpack;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Plan;
import io.gramian.ShapeException;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Gram;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ImportTest {
  private final Device device = Device.open("reference");
  private final Producer producer = new Producer();

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void aViewIsTheMemoryItselfAndClosingItCallsTheDeleterOnce() {
    MemorySegment data = producer.floats(1, 2, 3, 4, 5, 6);
    long struct = producer.managed(data, new long[] {2, 3}, new long[] {3, 1});
    Tensor view = DLPack.importTensor(device, struct);
    assertThat(view.spec()).isEqualTo(TensorSpec.of(DType.F32, 2, 3));
    assertThat(view.address()).isEqualTo(data.address());
    assertThat(view.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    view.copyFrom(new float[] {7, 2, 3, 4, 5, 6});
    assertThat(data.get(JAVA_FLOAT, 0)).isEqualTo(7);
    assertThat(producer.deleted).isEmpty();
    view.close();
    view.close();
    assertThat(producer.deleted).containsExactly(struct);
  }

  @Test
  void aClosedViewAndItsViewsReachNothing() {
    Tensor view =
        DLPack.importTensor(device, producer.managed(producer.floats(1, 2), shape(2), null));
    Tensor part = view.view(1, TensorSpec.of(DType.F32, 1));
    view.close();
    assertThatThrownBy(view::toFloats).isInstanceOf(ClosedException.class);
    assertThatThrownBy(part::toFloats).isInstanceOf(ClosedException.class);
  }

  @Test
  void sharesOfAViewKeepIt() {
    Tensor view =
        DLPack.importTensor(device, producer.managed(producer.floats(1, 2), shape(2), null));
    Tensor share = view.share();
    view.close();
    assertThat(producer.deleted).isEmpty();
    assertThat(share.toFloats()).containsExactly(1, 2);
    share.close();
    assertThat(producer.deleted).hasSize(1);
  }

  @Test
  void noStridesMeansPackedAndTheOffsetCountsBytes() {
    MemorySegment data = producer.floats(0, 0, 1, 2, 3, 4);
    long struct = producer.byteOffset(8).managed(data, shape(2, 2), null);
    try (Tensor view = DLPack.importTensor(device, struct)) {
      assertThat(view.address()).isEqualTo(data.address() + 8);
      assertThat(view.toFloats()).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void stridesOfSingleElementsDoNotMatter() {
    MemorySegment data = producer.floats(1, 2, 3, 0, 4, 5, 6, 0);
    long row = producer.managed(data, shape(1, 3), shape(0, 1));
    long column = producer.managed(data, shape(2, 1), shape(4, -7));
    long rows = producer.managed(data, shape(1, 2, 3), shape(0, 4, 1));
    try (Tensor one = DLPack.importTensor(device, row);
        Tensor two = DLPack.importTensor(device, column);
        Tensor three = DLPack.importTensor(device, rows)) {
      assertThat(one.spec()).isEqualTo(TensorSpec.of(DType.F32, 1, 3));
      assertThat(two.toFloats()).containsExactly(1, 4);
      assertThat(three.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    }
  }

  @Test
  void scalarsAndEmptyTensors() {
    long scalar = producer.managed(producer.floats(5), shape(), null);
    long empty = producer.managed(MemorySegment.NULL, shape(0, 4), shape(1, 1));
    try (Tensor one = DLPack.importTensor(device, scalar);
        Tensor none = DLPack.importTensor(device, empty)) {
      assertThat(one.item()).isEqualTo(5);
      assertThat(none.spec()).isEqualTo(TensorSpec.of(DType.F32, 0, 4));
      assertThat(none.toFloats()).isEmpty();
    }
  }

  @Test
  void everyElementTypeHasItsCode() {
    MemorySegment data = producer.arena.allocate(16, 8);
    assertThat(typeOf(Producer.FLOAT, 64, data)).isEqualTo(DType.F64);
    assertThat(typeOf(Producer.FLOAT, 32, data)).isEqualTo(DType.F32);
    assertThat(typeOf(Producer.FLOAT, 16, data)).isEqualTo(DType.F16);
    assertThat(typeOf(Producer.BFLOAT, 16, data)).isEqualTo(DType.BF16);
    assertThat(typeOf(Producer.INT, 32, data)).isEqualTo(DType.I32);
  }

  @Test
  void aDeleterMayBeMissing() {
    long struct = producer.withoutDeleter().managed(producer.floats(1), shape(1), null);
    DLPack.importTensor(device, struct).close();
    assertThat(producer.deleted).isEmpty();
  }

  @Test
  void whatNobodyTakesOverIsDeletedByName() {
    long struct = producer.managed(producer.floats(1), shape(1), null);
    long versioned = producer.versioned(1, 0, producer.floats(1), shape(1), null);
    DLPack.delete(struct);
    DLPack.deleteVersioned(versioned);
    assertThat(producer.deleted).containsExactly(struct, versioned);
  }

  @Test
  void theVersionedStructSaysWhatIsReadOnly() {
    MemorySegment data = producer.floats(1, 2, 3, 4);
    long open = producer.versioned(1, 0, data, shape(1, 2, 2), null);
    long locked = producer.versioned(1, 1, data, shape(1, 2, 2), null);
    try (Tensor writable = DLPack.importVersioned(device, open);
        Tensor readOnly = DLPack.importVersioned(device, locked)) {
      assertThat(writable.isReadOnly()).isFalse();
      assertThat(readOnly.isReadOnly()).isTrue();
      assertThat(readOnly.view(0, TensorSpec.of(DType.F32, 2)).isReadOnly()).isTrue();
      assertThat(readOnly.address()).isEqualTo(data.address());
      assertThatThrownBy(() -> readOnly.copyFrom(new float[4]))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("read-only");
      Tensor gram = Tensor.of(new float[4], 1, 2, 2);
      Bindings in = Bindings.of("vectors", readOnly);
      try (Plan plan = new Gram().plan(device, in, Bindings.of("gram", gram))) {
        plan.run(in, Bindings.of("gram", gram));
        assertThat(gram.toFloats()).containsExactly(5, 11, 11, 25);
        Bindings into = Bindings.of("gram", readOnly);
        assertThatThrownBy(() -> plan.run(Bindings.of("vectors", gram), into))
            .isInstanceOf(ShapeException.class)
            .hasMessageContaining("output 'gram' is a read-only tensor");
      }
    }
    assertThat(producer.deleted).containsExactlyInAnyOrder(open, locked);
  }

  @Test
  void anErrorLeavesTheStructToTheCaller() {
    MemorySegment data = producer.floats(1, 2, 3, 4);
    shapeError(data, shape(2, 2), shape(1, 2), "to be 1 in the last dimension");
    shapeError(data, shape(2, 2), shape(1, 1), "not to overlap");
    shapeError(data, shape(2, 2), shape(0, 1), "got [0, 1] (a transposed, broadcast");
    shapeError(data, shape(2, 2), shape(-2, 1), "needs a copy");
    shapeError(data, shape(2, -2), null, "sizes of at least 0");
    producer.rank(65);
    shapeError(data, shape(1), null, "0 to 64 dimensions, got 65");
    producer.rank(-1).lanes(4);
    shapeError(data, shape(1), null, "float32 with 4 lanes");
    producer.lanes(1).type(1, 8);
    shapeError(data, shape(4), null, "uint8 with 1 lane");
    producer.type(Producer.INT, 64);
    shapeError(data, shape(2), null, "int64");
    producer.type(5, 64);
    shapeError(data, shape(2), null, "complex64");
    assertThat(producer.deleted).isEmpty();
  }

  @Test
  void memoryThatTheDeviceCannotUseIsRefused() {
    MemorySegment data = producer.floats(1);
    producer.device(2, 0);
    parameterError(data, "CUDA memory of device 0");
    producer.device(10, 3);
    parameterError(data, "DLDeviceType 10 memory of device 3");
    producer.device(1, 0).byteOffset(2);
    parameterError(data, "at a multiple of 4 bytes");
    producer.byteOffset(0);
    parameterError(MemorySegment.NULL, "got null");
    assertThatThrownBy(() -> DLPack.importTensor(device, 0))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("got null");
    long future = producer.versioned(2, 0, data, shape(1), null);
    assertThatThrownBy(() -> DLPack.importVersioned(device, future))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("DLPack 1, got one of version 2.1");
    assertThat(producer.deleted).isEmpty();
    for (int hostMemory : new int[] {1, 3, 13}) {
      producer.device(hostMemory, 0);
      DLPack.importTensor(device, producer.managed(data, shape(1), null)).close();
    }
    assertThat(producer.deleted).hasSize(3);
  }

  private DType typeOf(int code, int bits, MemorySegment data) {
    long struct = producer.type(code, bits).managed(data, shape(2), shape(1));
    try (Tensor view = DLPack.importTensor(device, struct)) {
      return view.dtype();
    }
  }

  private void shapeError(MemorySegment data, long[] shape, long[] strides, String message) {
    long struct = producer.managed(data, shape, strides);
    assertThatThrownBy(() -> DLPack.importTensor(device, struct))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining(message);
  }

  private void parameterError(MemorySegment data, String message) {
    long struct = producer.managed(data, shape(1), null);
    assertThatThrownBy(() -> DLPack.importTensor(device, struct))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(message);
  }

  private static long[] shape(long... sizes) {
    return sizes;
  }
}
