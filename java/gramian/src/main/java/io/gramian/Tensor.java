package io.gramian;

import io.gramian.spi.MemoryAccess;
import java.lang.foreign.MemorySegment;

/**
 * A view of memory: where it is, its element type, shape and strides. Views cost nothing and copy
 * nothing; a tensor that a device allocated owns its memory and gives it back on {@link #close}.
 *
 * <p>Reading and writing values through this class is for inputs, results and tests; it waits for
 * the copy, and a strided tensor is gathered and scattered on the host.
 */
public final class Tensor implements AutoCloseable {
  private final Place place;
  private final TensorSpec spec;
  private final MemorySegment memory;
  private final MemoryAccess access;

  /** What this tensor has a share in until it is closed; null for a view. */
  private final Hold hold;

  private boolean closed;

  private Tensor(
      Place place, TensorSpec spec, MemorySegment memory, MemoryAccess access, Hold hold) {
    this.place = place;
    this.spec = spec;
    this.memory = memory;
    this.access = access;
    this.hold = hold;
  }

  /** A packed view of a Java array; changes of either are seen by both. */
  public static Tensor of(float[] values, long... shape) {
    return of(MemorySegment.ofArray(values), TensorSpec.of(DType.F32, shape));
  }

  /** A packed view of a Java array; changes of either are seen by both. */
  public static Tensor of(double[] values, long... shape) {
    return of(MemorySegment.ofArray(values), TensorSpec.of(DType.F64, shape));
  }

  /** A packed view of a Java array; changes of either are seen by both. */
  public static Tensor of(int[] values, long... shape) {
    return of(MemorySegment.ofArray(values), TensorSpec.of(DType.I32, shape));
  }

  /** A new packed tensor in an array of the Java heap, filled with zeros. */
  public static Tensor zeros(TensorSpec spec) {
    long bytes = spec.isPacked() ? spec.elements() * spec.dtype().bytes() : spec.spanBytes();
    if (bytes > Integer.MAX_VALUE - 16L) {
      throw new ShapeException(
          spec + " needs " + bytes + " bytes, more than one Java array holds; use Device.allocate");
    }
    int elements = Math.toIntExact(bytes / spec.dtype().bytes());
    MemorySegment array =
        switch (spec.dtype()) {
          case F64 -> MemorySegment.ofArray(new double[elements]);
          case F32 -> MemorySegment.ofArray(new float[elements]);
          case I32 -> MemorySegment.ofArray(new int[elements]);
          case BF16, F16 -> MemorySegment.ofArray(new short[elements]);
        };
    return of(array, spec);
  }

  /**
   * A view of memory of the Java process, on or off the heap.
   *
   * @throws ShapeException if the segment is smaller than the spec spans
   */
  public static Tensor of(MemorySegment memory, TensorSpec spec) {
    if (memory.byteSize() < spec.spanBytes()) {
      throw new ShapeException(
          "expected at least "
              + spec.spanBytes()
              + " bytes for "
              + spec
              + ", got "
              + memory.byteSize());
    }
    return new Tensor(Place.HOST, spec, memory, MemoryAccess.HOST, null);
  }

  /**
   * A view made by a device. Programs call {@link Device#allocate} or {@link Device#wrap} instead.
   *
   * @param memory for the host the memory itself; elsewhere a segment of length zero whose address
   *     is the device address, so that Java code cannot dereference it; a read-only segment makes a
   *     tensor that is no output
   * @param release gives the memory back; null for a view
   */
  public static Tensor ofDevice(
      Place place, TensorSpec spec, MemorySegment memory, MemoryAccess access, Runnable release) {
    return new Tensor(place, spec, memory, access, release == null ? null : new Hold(release));
  }

  /**
   * A tensor of the same memory that runs {@code release} once, when it is closed: so a bridge ties
   * what keeps foreign memory alive to the view of it. Closing this tensor stays the caller's.
   */
  public Tensor onClose(Runnable release) {
    return ofDevice(place, spec, memory, access, release);
  }

  /** A view of the same memory that ops and programs may only read. */
  public Tensor asReadOnly() {
    return new Tensor(place, spec, memory.asReadOnly(), access, null);
  }

  /**
   * Another tensor of the same memory, to be closed on its own: owned memory is given back when the
   * last of them is closed.
   *
   * @throws ClosedException if this tensor is closed
   */
  public Tensor share() {
    if (hold == null) {
      return this;
    }
    synchronized (this) {
      if (closed) {
        throw new ClosedException("expected an open tensor to share, got a closed one: " + this);
      }
      hold.retain();
    }
    return new Tensor(place, spec, memory, access, hold);
  }

  /** Where the memory is. */
  public Place place() {
    return place;
  }

  /** Element type, shape and strides. */
  public TensorSpec spec() {
    return spec;
  }

  /** Element type. */
  public DType dtype() {
    return spec.dtype();
  }

  /** The memory of a host tensor; elsewhere a segment of length zero at the device address. */
  public MemorySegment memory() {
    return memory;
  }

  /** The address of native or device memory; the offset in its array for heap memory. */
  public long address() {
    return memory.address();
  }

  /**
   * A view of the same memory.
   *
   * @param offset elements from the start of this tensor
   * @throws ShapeException if the view would reach past the end of this tensor
   */
  public Tensor view(long offset, TensorSpec view) {
    long from = offset * spec.dtype().bytes();
    if (view.dtype() != spec.dtype() || offset < 0 || from + view.spanBytes() > spec.spanBytes()) {
      throw new ShapeException(
          "expected a view within " + spec + ", got " + view + " at offset " + offset);
    }
    MemorySegment part =
        place.isHost()
            ? memory.asSlice(from, view.spanBytes())
            : readOnlyAsThis(MemorySegment.ofAddress(memory.address() + from));
    return new Tensor(place, view, part, access, null);
  }

  /** All values in row-major order, as double. */
  public double[] toDoubles() {
    double[] values = new double[Math.toIntExact(spec.elements())];
    Elements.forEach(
        spec,
        download(),
        (segment, offset, i) -> values[i] = Elements.get(segment, spec.dtype(), offset));
    return values;
  }

  /** All values in row-major order, rounded to float. */
  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(spec.elements())];
    Elements.forEach(
        spec,
        download(),
        (segment, offset, i) -> values[i] = (float) Elements.get(segment, spec.dtype(), offset));
    return values;
  }

  /** All values of an {@code i32} tensor in row-major order. */
  public int[] toInts() {
    if (spec.dtype() != DType.I32) {
      throw new ShapeException("expected an i32 tensor, got " + spec);
    }
    int[] values = new int[Math.toIntExact(spec.elements())];
    Elements.forEach(
        spec,
        download(),
        (segment, offset, i) -> values[i] = (int) Elements.get(segment, spec.dtype(), offset));
    return values;
  }

  /** The value of a scalar tensor. */
  public double item() {
    if (spec.elements() != 1) {
      throw new ShapeException("expected a single value, got " + spec);
    }
    return toDoubles()[0];
  }

  /** Writes all values, given in row-major order, rounded to the element type. */
  public void copyFrom(double[] values) {
    requireWritable(values.length);
    MemorySegment host = spec.isPacked() ? hostBuffer() : download();
    Elements.forEach(
        spec, host, (segment, offset, i) -> Elements.set(segment, spec.dtype(), offset, values[i]));
    upload(host);
  }

  /** Writes all values, given in row-major order, rounded to the element type. */
  public void copyFrom(float[] values) {
    requireWritable(values.length);
    MemorySegment host = spec.isPacked() ? hostBuffer() : download();
    Elements.forEach(
        spec, host, (segment, offset, i) -> Elements.set(segment, spec.dtype(), offset, values[i]));
    upload(host);
  }

  /** Writes all values of an integer tensor, given in row-major order. */
  public void copyFrom(int[] values) {
    requireWritable(values.length);
    MemorySegment host = spec.isPacked() ? hostBuffer() : download();
    Elements.forEach(
        spec, host, (segment, offset, i) -> Elements.set(segment, spec.dtype(), offset, values[i]));
    upload(host);
  }

  /** Whether the memory of two tensors shares a byte. */
  public boolean overlaps(Tensor other) {
    if (!place.equals(other.place)
        || spec.elements() == 0
        || other.spec.elements() == 0
        || memory.heapBase().orElse(null) != other.memory.heapBase().orElse(null)) {
      return false;
    }
    return address() < other.address() + other.spec.spanBytes()
        && other.address() < address() + spec.spanBytes();
  }

  /** Whether ops and programs may only read the memory. */
  public boolean isReadOnly() {
    return memory.isReadOnly();
  }

  /** Gives owned memory back; does nothing for a view or a second time. */
  @Override
  public void close() {
    synchronized (this) {
      if (hold == null || closed) {
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

  private void requireWritable(int count) {
    if (isReadOnly()) {
      throw new ShapeException("expected a tensor that may be written, got a read-only " + spec);
    }
    if (count != spec.elements()) {
      throw new ShapeException(
          "expected " + spec.elements() + " values for " + spec + ", got " + count);
    }
  }

  private MemorySegment readOnlyAsThis(MemorySegment part) {
    return isReadOnly() ? part.asReadOnly() : part;
  }

  private MemorySegment hostBuffer() {
    return place.isHost()
        ? memory
        : MemorySegment.ofArray(new byte[Math.toIntExact(spec.spanBytes())]);
  }

  private MemorySegment download() {
    if (place.isHost()) {
      return memory;
    }
    requireHeld();
    MemorySegment host = hostBuffer();
    access.read(memory.address(), host);
    return host;
  }

  private void upload(MemorySegment host) {
    if (!place.isHost()) {
      requireHeld();
      access.write(host, memory.address());
    }
  }

  private void requireHeld() {
    if (hold != null && hold.isReleased()) {
      throw new ClosedException("the memory of a tensor on " + place + " has been given back");
    }
  }
}
