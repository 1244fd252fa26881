package io.gramian.dlpack;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("restricted") // the tests are the C program on the other side
final class ExportTest {
  private final Device device = Device.open("reference");

  @AfterEach
  void allStructsAreGivenBack() {
    assertThat(Exports.open()).isZero();
  }

  @Test
  void aStructSaysWhatTheTensorIs() {
    TensorSpec spec = TensorSpec.strided(DType.BF16, new long[] {3, 5}, new long[] {8, 1});
    try (Tensor tensor = device.allocate(spec)) {
      long address = DLPack.exportTensor(tensor);
      MemorySegment struct = MemorySegment.ofAddress(address).reinterpret(64);
      assertThat(struct.get(JAVA_LONG, 0)).isEqualTo(tensor.address());
      assertThat(struct.get(JAVA_INT, 8)).isEqualTo(1);
      assertThat(struct.get(JAVA_INT, 12)).isZero();
      assertThat(struct.get(JAVA_INT, 16)).isEqualTo(2);
      assertThat(struct.get(JAVA_BYTE, 20)).isEqualTo((byte) 4);
      assertThat(struct.get(JAVA_BYTE, 21)).isEqualTo((byte) 16);
      assertThat(struct.get(JAVA_SHORT, 22)).isEqualTo((short) 1);
      assertThat(numbers(struct.get(JAVA_LONG, 24), 2)).containsExactly(3, 5);
      assertThat(numbers(struct.get(JAVA_LONG, 32), 2)).containsExactly(8, 1);
      assertThat(struct.get(JAVA_LONG, 40)).isZero();
      DLPack.delete(address);
    }
  }

  @Test
  void aVersionedStructBeginsWithItsVersion() {
    try (Tensor tensor = device.allocate(TensorSpec.of(DType.F64, 2))) {
      long address = DLPack.exportVersioned(tensor.asReadOnly());
      MemorySegment struct = MemorySegment.ofAddress(address).reinterpret(80);
      assertThat(struct.get(JAVA_INT, 0)).isEqualTo(1);
      assertThat(struct.get(JAVA_INT, 4)).isZero();
      assertThat(struct.get(JAVA_LONG, 24)).isEqualTo(1);
      assertThat(struct.get(JAVA_LONG, 32)).isEqualTo(tensor.address());
      assertThat(struct.get(JAVA_BYTE, 52)).isEqualTo((byte) 2);
      assertThat(struct.get(JAVA_BYTE, 53)).isEqualTo((byte) 64);
      DLPack.deleteVersioned(address);
    }
  }

  @Test
  void bothWaysGiveTheSameMemory() {
    for (DType dtype : DType.values()) {
      try (Tensor tensor = device.allocate(TensorSpec.of(dtype, 2, 3));
          Tensor plain = DLPack.importTensor(device, DLPack.exportTensor(tensor));
          Tensor versioned = DLPack.importVersioned(device, DLPack.exportVersioned(tensor))) {
        tensor.copyFrom(new double[] {1, 2, 3, 4, 5, 6});
        assertThat(plain.spec()).isEqualTo(tensor.spec());
        assertThat(plain.address()).isEqualTo(tensor.address());
        assertThat(versioned.address()).isEqualTo(tensor.address());
        assertThat(versioned.toDoubles()).containsExactly(1, 2, 3, 4, 5, 6);
      }
    }
  }

  @Test
  void memoryLivesUntilBothSidesAreDone() {
    AtomicInteger freed = new AtomicInteger();
    try (Arena arena = Arena.ofShared()) {
      Tensor tensor = counted(arena, freed);
      long first = DLPack.exportTensor(tensor);
      long second = DLPack.exportVersioned(tensor);
      tensor.close();
      DLPack.delete(first);
      assertThat(freed).hasValue(0);
      DLPack.deleteVersioned(second);
      assertThat(freed).hasValue(1);

      Tensor other = counted(arena, freed);
      DLPack.delete(DLPack.exportTensor(other));
      assertThat(freed).hasValue(1);
      other.close();
      assertThat(freed).hasValue(2);
    }
  }

  @Test
  void anyThreadMayCallTheDeleter() throws Throwable {
    Optional<MemorySegment> create = symbol("pthread_create");
    Optional<MemorySegment> join = symbol("pthread_join");
    assumeThat(create.isPresent() && join.isPresent()).as("needs POSIX threads").isTrue();
    AtomicInteger freed = new AtomicInteger();
    try (Arena arena = Arena.ofShared()) {
      Tensor tensor = counted(arena, freed);
      long struct = DLPack.exportTensor(tensor);
      tensor.close();
      MemorySegment deleter = MemorySegment.ofAddress(numbers(struct + 56, 1)[0]);
      MemorySegment thread = arena.allocate(ADDRESS);
      // A thread that Java knows nothing of, with the deleter as its program.
      int code =
          (int)
              Linker.nativeLinker()
                  .downcallHandle(
                      create.get(),
                      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG))
                  .invokeExact(thread, MemorySegment.NULL, deleter, struct);
      assertThat(code).isZero();
      code =
          (int)
              Linker.nativeLinker()
                  .downcallHandle(join.get(), FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS))
                  .invokeExact(thread.get(ADDRESS, 0), MemorySegment.NULL);
      assertThat(code).isZero();
      assertThat(freed).hasValue(1);
    }
  }

  @Test
  void aDeleterThatFailsDoesNotHarmItsCaller() {
    try (Arena arena = Arena.ofShared()) {
      AtomicInteger called = new AtomicInteger();
      Tensor tensor =
          Tensor.of(arena.allocate(8, 8), TensorSpec.of(DType.F32, 2))
              .onClose(
                  () -> {
                    called.incrementAndGet();
                    throw new Planted();
                  });
      long struct = DLPack.exportTensor(tensor);
      tensor.close();
      // An exception that left the deleter would end the process.
      DLPack.delete(struct);
      assertThat(called).hasValue(1);
    }
  }

  @Test
  void noMemoryIsLeftOverManyRounds() {
    AtomicInteger freed = new AtomicInteger();
    int rounds = 5_000;
    try (Arena arena = Arena.ofShared()) {
      for (int i = 0; i < rounds; i++) {
        try (Tensor tensor = counted(arena, freed);
            Tensor view = DLPack.importTensor(device, DLPack.exportTensor(tensor))) {
          assertThat(view.address()).isEqualTo(tensor.address());
        }
        assertThat(Exports.open()).isZero();
      }
    }
    assertThat(freed).hasValue(rounds);
  }

  @Test
  void whatCannotBeExportedSaysWhy() {
    assertThatThrownBy(() -> DLPack.exportTensor(Tensor.of(new float[2], 2)))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("Java array");
    Tensor tensor = device.allocate(TensorSpec.of(DType.F32, 2));
    assertThatThrownBy(() -> DLPack.exportTensor(tensor.asReadOnly()))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("exportVersioned");
    tensor.close();
    assertThatThrownBy(() -> DLPack.exportVersioned(tensor)).isInstanceOf(ClosedException.class);
  }

  /** Goes to the log of this test, where it needs no stack trace. */
  private static final class Planted extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    Planted() {
      super("planted by a test", null, false, false);
    }
  }

  private static Tensor counted(Arena arena, AtomicInteger freed) {
    return Tensor.of(arena.allocate(8, 8), TensorSpec.of(DType.F32, 2))
        .onClose(freed::incrementAndGet);
  }

  private static long[] numbers(long address, int count) {
    return MemorySegment.ofAddress(address).reinterpret(8L * count).toArray(JAVA_LONG);
  }

  private static Optional<MemorySegment> symbol(String name) {
    return Linker.nativeLinker().defaultLookup().find(name);
  }
}
