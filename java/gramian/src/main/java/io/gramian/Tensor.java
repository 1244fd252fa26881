package io.gramian;

import io.gramian.spi.Hold;
import io.gramian.spi.MemoryAccess;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A view of memory: where it is, its element type, shape and strides. Views cost nothing and copy
 * nothing; a tensor that a device allocated owns its memory and gives it back on {@link #close}.
 * Memory that a call is using is given back when the call is done.
 *
 * <p>Reading and writing values through this class is for inputs, results and tests; it waits for
 * the copy, and a strided tensor is gathered and scattered on the host.
 */
public final class Tensor implements AutoCloseable {
  /** What one array of the Java heap can hold. */
  private static final long MOST_HEAP_ELEMENTS = Integer.MAX_VALUE - 16L;

  private static final long ALIGNMENT = 64;

  /** Stands for all threads but the one that has a confined arena. */
  private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

  private final Place place;
  private final TensorSpec spec;
  private final MemorySegment memory;
  private final MemorySegment.Scope scope;

  /** The Java array whose part the memory is; null for native and device memory. */
  private final Object array;

  private final MemoryAccess access;

  /** What keeps the memory alive; null where nobody but the caller does. */
  private final Hold hold;

  /** Whether closing this tensor gives back a share of the hold. */
  private final boolean owner;

  private volatile boolean closed;

  private Tensor(
      Place place,
      TensorSpec spec,
      MemorySegment memory,
      Object array,
      MemoryAccess access,
      Hold hold,
      boolean owner) {
    this.place = place;
    this.spec = spec;
    this.memory = memory;
    this.scope = memory.scope();
    this.array = array;
    this.access = access;
    this.hold = hold;
    this.owner = owner;
  }

  /**
   * {@return a packed view of a Java array; changes of either are seen by both}
   *
   * @param values the elements, in row-major order
   * @param shape sizes of the dimensions
   * @throws ShapeException if the shape has more or fewer elements than the array
   */
  public static Tensor of(float[] values, long... shape) {
    ParameterException.requireNonNull(values, "an array");
    return ofArray(MemorySegment.ofArray(values), values.length, TensorSpec.of(DType.F32, shape));
  }

  /**
   * {@return a packed view of a Java array; changes of either are seen by both}
   *
   * @param values the elements, in row-major order
   * @param shape sizes of the dimensions
   * @throws ShapeException if the shape has more or fewer elements than the array
   */
  public static Tensor of(double[] values, long... shape) {
    ParameterException.requireNonNull(values, "an array");
    return ofArray(MemorySegment.ofArray(values), values.length, TensorSpec.of(DType.F64, shape));
  }

  /**
   * {@return a packed view of a Java array; changes of either are seen by both}
   *
   * @param values the elements, in row-major order
   * @param shape sizes of the dimensions
   * @throws ShapeException if the shape has more or fewer elements than the array
   */
  public static Tensor of(int[] values, long... shape) {
    ParameterException.requireNonNull(values, "an array");
    return ofArray(MemorySegment.ofArray(values), values.length, TensorSpec.of(DType.I32, shape));
  }

  private static Tensor ofArray(MemorySegment values, int count, TensorSpec spec) {
    if (count != spec.elements()) {
      throw new ShapeException(
          "expected an array of " + spec.elements() + " values for " + spec + ", got " + count);
    }
    return of(values, spec);
  }

  /**
   * {@return a new tensor of host memory, filled with zeros: a Java array or, where one cannot hold
   * that much, native memory that goes with the garbage collector}
   *
   * @param spec element type, shape and strides
   */
  public static Tensor zeros(TensorSpec spec) {
    ParameterException.requireNonNull(spec, "a spec");
    long elements = spec.spanBytes() / spec.dtype().bytes();
    try {
      if (elements > MOST_HEAP_ELEMENTS) {
        return of(Arena.ofAuto().allocate(spec.spanBytes(), ALIGNMENT), spec);
      }
      int length = (int) elements;
      return of(
          switch (spec.dtype()) {
            case F64 -> MemorySegment.ofArray(new double[length]);
            case F32 -> MemorySegment.ofArray(new float[length]);
            case I32 -> MemorySegment.ofArray(new int[length]);
            case BF16, F16 -> MemorySegment.ofArray(new short[length]);
          },
          spec);
    } catch (OutOfMemoryError e) {
      throw outOfMemory(spec, e);
    }
  }

  /**
   * {@return a view of memory of the Java process, on or off the heap}
   *
   * @param memory where the elements lie
   * @param spec element type, shape and strides
   * @throws ShapeException if the segment is smaller than the spec spans
   * @throws ParameterException if only one thread may use the memory, as that of a confined arena
   */
  public static Tensor of(MemorySegment memory, TensorSpec spec) {
    ParameterException.requireNonNull(memory, "a memory segment");
    ParameterException.requireNonNull(spec, "a spec");
    if (memory.byteSize() < spec.spanBytes()) {
      throw new ShapeException(
          "expected at least "
              + spec.spanBytes()
              + " bytes for "
              + spec
              + ", got "
              + memory.byteSize());
    }
    if (!memory.isAccessibleBy(ANOTHER)) {
      throw new ParameterException(
          "expected memory that every thread may use (Arena.ofShared, ofAuto or global), got that"
              + " of a confined arena");
    }
    Object array = memory.isNative() ? null : memory.heapBase().orElse(memory);
    return new Tensor(Place.HOST, spec, memory, array, MemoryAccess.HOST, null, false);
  }

  /** A tensor made by a device; see {@link Device#tensor}. */
  static Tensor ofDevice(
      Place place, TensorSpec spec, MemorySegment memory, MemoryAccess access, Runnable release) {
    Hold hold = release == null ? null : new Hold(release);
    return new Tensor(place, spec, memory, null, access, hold, hold != null);
  }

  /**
   * {@return a tensor of the same memory that runs {@code release} once, when it is closed: so a
   * bridge ties what keeps foreign memory alive to the view of it} Closing this tensor stays the
   * caller's.
   *
   * @param release what to run
   */
  public Tensor onClose(Runnable release) {
    ParameterException.requireNonNull(release, "something to run");
    return new Tensor(place, spec, memory, array, access, new Hold(release, hold), true);
  }

  /** {@return a view of the same memory that ops and programs may only read} */
  public Tensor asReadOnly() {
    return new Tensor(place, spec, memory.asReadOnly(), array, access, hold, false);
  }

  /**
   * {@return another tensor of the same memory, to be closed on its own: owned memory is given back
   * when the last of them is closed}
   *
   * @throws ClosedException if this tensor is closed
   */
  public Tensor share() {
    if (hold == null) {
      return this;
    }
    if (closed || !hold.retain()) {
      throw closed();
    }
    return new Tensor(place, spec, memory, array, access, hold, true);
  }

  /** {@return where the memory is} */
  public Place place() {
    return place;
  }

  /** {@return element type, shape and strides} */
  public TensorSpec spec() {
    return spec;
  }

  /** {@return element type} */
  public DType dtype() {
    return spec.dtype();
  }

  /**
   * {@return the memory of a host tensor; elsewhere a segment of length zero at the device address}
   */
  public MemorySegment memory() {
    return memory;
  }

  /** {@return the address of native or device memory; the offset in its array for heap memory} */
  public long address() {
    return memory.address();
  }

  /**
   * {@return a view of the same memory}
   *
   * @param offset elements from the start of this tensor
   * @param view element type, shape and strides of the view
   * @throws ShapeException if the view would reach past the end of this tensor
   */
  public Tensor view(long offset, TensorSpec view) {
    ParameterException.requireNonNull(view, "a spec");
    long room = spec.spanBytes() - view.spanBytes();
    int bytes = spec.dtype().bytes();
    if (view.dtype() != spec.dtype() || offset < 0 || room < 0 || offset > room / bytes) {
      throw new ShapeException(
          "expected a view within " + spec + ", got " + view + " at offset " + offset);
    }
    MemorySegment part =
        place.isHost()
            ? memory.asSlice(offset * bytes, view.spanBytes())
            : readOnlyAsThis(MemorySegment.ofAddress(memory.address() + offset * bytes));
    return new Tensor(place, view, part, array, access, hold, false);
  }

  /** {@return all values in row-major order, as double} */
  public double[] toDoubles() {
    double[] values = new double[arrayLength()];
    read(spec.as(DType.F64), MemorySegment.ofArray(values));
    return values;
  }

  /** {@return all values in row-major order, rounded to float} */
  public float[] toFloats() {
    float[] values = new float[arrayLength()];
    read(spec.as(DType.F32), MemorySegment.ofArray(values));
    return values;
  }

  /** {@return all values of an {@code i32} tensor in row-major order} */
  public int[] toInts() {
    if (spec.dtype() != DType.I32) {
      throw new ShapeException("expected an i32 tensor, got " + spec);
    }
    int[] values = new int[arrayLength()];
    read(spec.as(DType.I32), MemorySegment.ofArray(values));
    return values;
  }

  /** {@return the value of a scalar tensor} */
  public double item() {
    if (spec.elements() != 1) {
      throw new ShapeException("expected a single value, got " + spec);
    }
    return toDoubles()[0];
  }

  /**
   * Writes all values, given in row-major order, rounded to the element type.
   *
   * @param values the elements, in row-major order
   */
  public void copyFrom(double[] values) {
    ParameterException.requireNonNull(values, "an array");
    requireCount(values.length);
    write(spec.as(DType.F64), MemorySegment.ofArray(values));
  }

  /**
   * Writes all values, given in row-major order, rounded to the element type.
   *
   * @param values the elements, in row-major order
   */
  public void copyFrom(float[] values) {
    ParameterException.requireNonNull(values, "an array");
    requireCount(values.length);
    write(spec.as(DType.F32), MemorySegment.ofArray(values));
  }

  /**
   * Writes all values of an integer tensor, given in row-major order.
   *
   * @param values the elements, in row-major order
   */
  public void copyFrom(int[] values) {
    ParameterException.requireNonNull(values, "an array");
    requireCount(values.length);
    write(spec.as(DType.I32), MemorySegment.ofArray(values));
  }

  /**
   * Writes the values of a tensor of the same shape, wherever that is, rounded to the element type.
   *
   * @param other of any device
   * @throws ShapeException if the shapes differ, or one of the two holds integers and the other
   *     does not
   */
  public void copyFrom(Tensor other) {
    ParameterException.requireNonNull(other, "a tensor");
    if (!Arrays.equals(spec.shape(), other.spec.shape())
        || spec.dtype().isFloating() != other.spec.dtype().isFloating()) {
      throw new ShapeException("expected a tensor like " + spec + ", got " + other.spec);
    }
    if (place.isHost()) {
      requireWritable();
      use();
      try {
        other.read(spec, memory);
      } finally {
        endUse();
      }
    } else if (other.place.isHost()) {
      other.use();
      try {
        write(other.spec, other.memory);
      } finally {
        other.endUse();
      }
    } else {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment host = staging(arena, spec.as(spec.dtype()));
        other.read(spec.as(spec.dtype()), host);
        write(spec.as(spec.dtype()), host);
      }
    }
  }

  /**
   * {@return whether the memory of two tensors shares a byte}
   *
   * @param other of any device
   */
  public boolean overlaps(Tensor other) {
    ParameterException.requireNonNull(other, "a tensor");
    return place.equals(other.place)
        && array == other.array
        && Overlap.of(address(), spec, other.address(), other.spec);
  }

  /** {@return whether ops and programs may only read the memory} */
  public boolean isReadOnly() {
    return memory.isReadOnly();
  }

  /** Gives owned memory back; does nothing for a view or a second time. */
  @Override
  public void close() {
    synchronized (this) {
      if (!owner || closed) {
        return;
      }
      closed = true;
    }
    hold.release();
  }

  @Override
  public String toString() {
    return spec + " on " + place;
  }

  /**
   * Keeps the memory until {@link #endUse}.
   *
   * @throws ClosedException if it has been given back or this tensor is closed
   */
  void use() {
    if (!tryUse()) {
      throw closed();
    }
  }

  /** Like {@link #use}, but false where the memory has been given back or this is closed. */
  boolean tryUse() {
    return !closed && scope.isAlive() && (hold == null || hold.use());
  }

  /** Ends what {@link #use} began. */
  void endUse() {
    if (hold != null) {
      hold.endUse();
    }
  }

  /** Whether the memory is there. */
  boolean isOpen() {
    return !closed && scope.isAlive() && (hold == null || hold.isHeld());
  }

  private ClosedException closed() {
    return new ClosedException("tensor " + this + " is closed, or what it is a view of");
  }

  /** The error of an access to memory that its owner gave back during it. */
  private RuntimeException closedMeanwhile(IllegalStateException e) {
    return scope.isAlive() ? e : (RuntimeException) closed().initCause(e);
  }

  private void requireCount(int count) {
    if (count != spec.elements()) {
      throw new ShapeException(
          "expected " + spec.elements() + " values for " + spec + ", got " + count);
    }
  }

  private void requireWritable() {
    if (isReadOnly()) {
      throw new ShapeException("expected a tensor that may be written, got a read-only " + spec);
    }
  }

  private int arrayLength() {
    if (spec.elements() > MOST_HEAP_ELEMENTS) {
      throw new ShapeException(spec + " has more elements than one Java array holds");
    }
    return (int) spec.elements();
  }

  /** Copies all elements into host memory. */
  private void read(TensorSpec as, MemorySegment to) {
    use();
    try (Arena arena = Arena.ofConfined()) {
      if (place.isHost()) {
        Elements.copy(spec, memory, as, to);
      } else if (spec.equals(as) && spec.isPacked()) {
        access.read(memory.address(), to.asSlice(0, spec.spanBytes()));
      } else {
        MemorySegment host = staging(arena, spec);
        access.read(memory.address(), host);
        Elements.copy(spec, host, as, to);
      }
    } catch (IllegalStateException e) {
      throw closedMeanwhile(e);
    } finally {
      endUse();
    }
  }

  /** Copies all elements from host memory. */
  private void write(TensorSpec as, MemorySegment from) {
    requireWritable();
    use();
    try (Arena arena = Arena.ofConfined()) {
      if (place.isHost()) {
        Elements.copy(as, from, spec, memory);
      } else if (spec.equals(as) && spec.isPacked()) {
        access.write(from.asSlice(0, spec.spanBytes()), memory.address());
      } else {
        MemorySegment host = staging(arena, spec);
        if (!spec.isPacked()) {
          access.read(memory.address(), host); // what lies between the rows stays
        }
        Elements.copy(as, from, spec, host);
        access.write(host, memory.address());
      }
    } catch (IllegalStateException e) {
      throw closedMeanwhile(e);
    } finally {
      endUse();
    }
  }

  private static MemorySegment staging(Arena arena, TensorSpec spec) {
    try {
      return arena.allocate(spec.spanBytes(), ALIGNMENT);
    } catch (OutOfMemoryError e) {
      throw outOfMemory(spec, e);
    }
  }

  private static GramianException outOfMemory(TensorSpec spec, OutOfMemoryError cause) {
    return new GramianException(
        "no memory for " + spec + " (" + spec.spanBytes() + " bytes)", cause);
  }

  private MemorySegment readOnlyAsThis(MemorySegment part) {
    return isReadOnly() ? part.asReadOnly() : part;
  }
}
