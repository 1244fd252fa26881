package io.gramian.cuda.abi;

/**
 * The offsets of a C struct's fields, taken in the order of their declaration, so that a Java class
 * names the fields of a kernel's parameter once, in the order of the header:
 *
 * <pre>
 * private static final StructLayout LAYOUT = new StructLayout();
 * private static final long ROWS = LAYOUT.pointer();
 * private static final long COUNT = LAYOUT.int32();
 * static final long BYTES = LAYOUT.bytes();
 * </pre>
 */
public final class StructLayout {
  private long end;
  private long alignment = 1;

  /** The offset of the next field, a pointer or a 64-bit integer. */
  public long pointer() {
    return field(Long.BYTES, 1);
  }

  /** The offset of the next field, a 64-bit integer. */
  public long int64() {
    return field(Long.BYTES, 1);
  }

  /** The offset of the next field, a 32-bit integer. */
  public long int32() {
    return field(Integer.BYTES, 1);
  }

  /** The offset of the next field, a float. */
  public long float32() {
    return field(Float.BYTES, 1);
  }

  /** The offset of the next field, a double. */
  public long float64() {
    return field(Double.BYTES, 1);
  }

  /** The offset of the next field, an array of pointers or 64-bit integers. */
  public long int64s(int count) {
    return field(Long.BYTES, count);
  }

  /** The offset of the next field, an array of 32-bit integers. */
  public long int32s(int count) {
    return field(Integer.BYTES, count);
  }

  /** The offset of the next field, an array of floats. */
  public long float32s(int count) {
    return field(Float.BYTES, count);
  }

  /** The offset of the next field, an array of bytes. */
  public long bytes(int count) {
    return field(Byte.BYTES, count);
  }

  /** The offset of the next field, a struct of pointers and numbers of a known layout. */
  public long struct(StructLayout layout) {
    return structs(layout, 1);
  }

  /** The offset of the next field, an array of structs of a known layout. */
  public long structs(StructLayout layout, int count) {
    long offset = Math.ceilDiv(end, layout.alignment) * layout.alignment;
    end = offset + layout.bytes() * count;
    alignment = Math.max(alignment, layout.alignment);
    return offset;
  }

  /** The next field, a number in device memory or a constant. */
  public ScalarField scalar() {
    long offset = field(Long.BYTES, 1);
    end = offset + ScalarField.BYTES;
    return new ScalarField(offset);
  }

  /** The size of the struct with the fields so far. */
  public long bytes() {
    return Math.ceilDiv(end, alignment) * alignment;
  }

  private long field(long size, int count) {
    long offset = Math.ceilDiv(end, size) * size;
    end = offset + size * count;
    alignment = Math.max(alignment, size);
    return offset;
  }
}
