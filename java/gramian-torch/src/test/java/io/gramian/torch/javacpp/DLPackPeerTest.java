package io.gramian.torch.javacpp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ShapeException;
import io.gramian.TensorSpec;
import io.gramian.dlpack.DLPack;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * DLPack with PyTorch on the other side. JavaCPP binds neither of PyTorch's two functions, so they
 * are called here by their C++ names, with the calling convention of Linux on x86-64.
 */
@SuppressWarnings("restricted") // the test is a C++ program
final class DLPackPeerTest {
  private final Device device = Device.open("reference");
  private PointerScope scope;

  /** PyTorch's functions, once its libraries are loaded. */
  private static final class Torch {
    /** {@code DLManagedTensor* at::toDLPack(const Tensor&)}. */
    static final MethodHandle TO =
        function("_ZN2at8toDLPackERKNS_6TensorE", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));

    /**
     * {@code Tensor at::fromDLPack(DLManagedTensor*, std::function<void(void*)>)}; the result is
     * written behind a pointer, and the function comes by one.
     */
    static final MethodHandle FROM =
        function(
            "_ZN2at10fromDLPackEP15DLManagedTensorSt8functionIFvPvEE",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    /** An empty {@code std::function}: the struct's own deleter is called. */
    static final long NO_FUNCTION = Arena.global().allocate(32, 8).address();

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
      return Linker.nativeLinker()
          .downcallHandle(SymbolLookup.loaderLookup().findOrThrow(name), descriptor);
    }
  }

  /** A C++ object at an address. */
  private static final class Address extends Pointer {
    Address(long value) {
      address = value;
    }
  }

  @BeforeEach
  void natives() {
    assumeTrue(Loader.getPlatform().equals("linux-x86_64"), "C++ calls as on linux-x86_64");
    assumeTrue(
        getClass().getResource("/org/bytedeco/pytorch/linux-x86_64/libtorch_cpu.so") != null,
        "no natives of JavaCPP's PyTorch on the class path");
    Loader.load(torch.class);
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    if (scope != null) {
      scope.close();
    }
  }

  @Test
  void pytorchTakesOurTensors() throws Throwable {
    AtomicInteger freed = new AtomicInteger();
    try (Arena arena = Arena.ofShared()) {
      TensorSpec spec = TensorSpec.strided(DType.F32, new long[] {2, 3}, new long[] {4, 1});
      io.gramian.Tensor tensor =
          io.gramian.Tensor.of(arena.allocate(spec.spanBytes(), 64), spec)
              .onClose(freed::incrementAndGet);
      tensor.copyFrom(new float[] {1, 2, 3, 4, 5, 6});
      MemorySegment result = arena.allocate(JAVA_LONG);
      long _ =
          (long)
              Torch.FROM.invokeExact(
                  result.address(), DLPack.exportTensor(tensor), Torch.NO_FUNCTION);
      Tensor theirs = new Tensor(new Address(result.address()));
      tensor.close();
      assertThat(theirs.data_ptr().address()).isEqualTo(tensor.address());
      assertThat(theirs.size(1)).isEqualTo(3);
      assertThat(theirs.stride(0)).isEqualTo(4);
      assertThat(theirs.scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(theirs.sum().item_float()).isEqualTo(21);
      theirs.reset();
      assertThat(freed).hasValue(1);
    }
  }

  @Test
  void tensorsOfPytorchComeIn() throws Throwable {
    Tensor theirs = torch.tensor(1f, 2, 3, 4, 5, 6, 7, 8).reshape(2, 4);
    long users = users(theirs);
    try (io.gramian.Tensor view = DLPack.importTensor(device, export(theirs))) {
      assertThat(view.address()).isEqualTo(theirs.data_ptr().address());
      assertThat(view.spec()).isEqualTo(TensorSpec.of(DType.F32, 2, 4));
      assertThat(users(theirs)).isGreaterThan(users);
      view.copyFrom(new float[] {9, 2, 3, 4, 5, 6, 7, 8});
      assertThat(theirs.sum().item_float()).isEqualTo(44);
    }
    assertThat(users(theirs)).isEqualTo(users);
  }

  @Test
  void slicesKeepTheirStridesAndElementTypesTheirNames() throws Throwable {
    Tensor all = torch.tensor(1f, 2, 3, 4, 5, 6, 7, 8).reshape(2, 4);
    try (io.gramian.Tensor view = DLPack.importTensor(device, export(all.narrow(1, 1, 2)))) {
      assertThat(view.spec().stride(0)).isEqualTo(4);
      assertThat(view.toFloats()).containsExactly(2, 3, 6, 7);
    }
    Map<ScalarType, DType> types =
        Map.of(
            ScalarType.Double, DType.F64,
            ScalarType.Half, DType.F16,
            ScalarType.BFloat16, DType.BF16,
            ScalarType.Int, DType.I32);
    for (Map.Entry<ScalarType, DType> type : types.entrySet()) {
      try (io.gramian.Tensor view = DLPack.importTensor(device, export(all.to(type.getKey())))) {
        assertThat(view.dtype()).isEqualTo(type.getValue());
        assertThat(view.toDoubles()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
      }
    }
  }

  @Test
  void whatIsNoTensorOfOursStaysTheirs() throws Throwable {
    Tensor theirs = torch.tensor(1f, 2, 3, 4, 5, 6).reshape(2, 3);
    Tensor broadcast = theirs.narrow(0, 0, 1).expand(2, 3);
    Tensor[] all = {theirs.t(), broadcast, theirs.to(ScalarType.Long)};
    long users = users(theirs);
    for (Tensor refused : all) {
      long struct = export(refused);
      assertThatThrownBy(() -> DLPack.importTensor(device, struct))
          .isInstanceOf(ShapeException.class);
      DLPack.delete(struct);
    }
    assertThat(users(theirs)).isEqualTo(users);
  }

  /** Who keeps a tensor, or the memory of it. */
  private static long users(Tensor tensor) {
    return tensor.use_count() + tensor.storage().use_count();
  }

  private static long export(Tensor tensor) throws Throwable {
    return (long) Torch.TO.invokeExact(tensor.address());
  }
}
