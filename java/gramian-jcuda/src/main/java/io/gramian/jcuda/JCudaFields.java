package io.gramian.jcuda;

import io.gramian.GramianException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import jcuda.NativePointerObject;
import jcuda.Pointer;

/** The addresses in jcuda's objects, which it gives to its own native code only. */
final class JCudaFields {
  private static final VarHandle HANDLE = field(NativePointerObject.class, "nativePointer");
  private static final VarHandle BYTE_OFFSET = field(Pointer.class, "byteOffset");

  private JCudaFields() {}

  /** The native handle of a stream, the start of an allocation. */
  static long handle(NativePointerObject object) {
    return (long) HANDLE.get(object);
  }

  static void setHandle(NativePointerObject object, long handle) {
    HANDLE.set(object, handle);
  }

  /** Where a pointer points. */
  static long address(Pointer pointer) {
    return handle(pointer) + (long) BYTE_OFFSET.get(pointer);
  }

  private static VarHandle field(Class<?> owner, String name) {
    try {
      return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
          .findVarHandle(owner, name, long.class);
    } catch (ReflectiveOperationException e) {
      throw new GramianException(
          "this jcuda keeps no field "
              + owner.getSimpleName()
              + "."
              + name
              + "; gramian-jcuda is made for jcuda 12.6.0",
          e);
    }
  }
}
