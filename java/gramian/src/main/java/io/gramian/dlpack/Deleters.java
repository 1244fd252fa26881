package io.gramian.dlpack;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** The C functions {@code void (*deleter)(struct *self)} of both sides. */
final class Deleters {
  private static final FunctionDescriptor DELETER = FunctionDescriptor.ofVoid(JAVA_LONG);

  private Deleters() {}

  /** Made when first needed, for both need native access. */
  private static final class Theirs {
    @SuppressWarnings("restricted") // the signature is that of dlpack.h
    static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(DELETER);
  }

  private static final class Ours {
    static final long ADDRESS = stub();

    @SuppressWarnings("restricted") // the signature is that of dlpack.h
    private static long stub() {
      try {
        MethodHandle delete =
            MethodHandles.lookup()
                .findStatic(
                    Deleters.class, "delete", MethodType.methodType(void.class, long.class));
        return Linker.nativeLinker().upcallStub(delete, DELETER, Arena.global()).address();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Calls the deleter of another library. */
  static void call(long deleter, long struct) {
    try {
      Theirs.CALL.invokeExact(MemorySegment.ofAddress(deleter), struct);
    } catch (Throwable t) {
      throw new IllegalStateException("a call of C code does not throw", t);
    }
  }

  /** The deleter of all structs of {@link Exports}. */
  static long ours() {
    return Ours.ADDRESS;
  }

  /** Called by another library, on a thread of its own perhaps; nothing may be thrown into it. */
  private static void delete(long struct) {
    try {
      Exports.delete(struct);
    } catch (Throwable t) {
      System.getLogger(Deleters.class.getPackageName())
          .log(System.Logger.Level.ERROR, "memory behind a DLPack struct was not given back", t);
    }
  }
}
