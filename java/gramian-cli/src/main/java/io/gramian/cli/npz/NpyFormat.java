package io.gramian.cli.npz;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads and writes one array in NumPy's npy format, versions 1.0 to 3.0. */
public final class NpyFormat {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAX_HEADER_BYTES = 1 << 20;

  private NpyFormat() {}

  /**
   * Reads one array. Fortran order is converted to row-major; both byte orders are read.
   *
   * @param in positioned at the magic bytes; not closed
   * @return the array
   * @throws NpzException if the bytes are no npy array, are cut short, or hold an unsupported type
   * @throws IOException if the stream fails
   */
  public static NpyArray read(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    try {
      NpyHeader header = NpyHeader.parse(headerText(data));
      NpyArray array = elements(data, header);
      return header.fortranOrder() ? toRowMajor(array) : array;
    } catch (EOFException e) {
      throw new NpzException("is cut short", e);
    }
  }

  private static String headerText(DataInputStream data) throws IOException {
    byte[] magic = new byte[MAGIC.length];
    data.readFully(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new NpzException("is not an npy array (wrong magic bytes)");
    }
    int version = data.readUnsignedByte();
    data.readUnsignedByte();
    if (version < 1 || version > 3) {
      throw new NpzException("has npy version " + version + "; 1 to 3 are read");
    }
    int length =
        version == 1
            ? Short.toUnsignedInt(Short.reverseBytes(data.readShort()))
            : Integer.reverseBytes(data.readInt());
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw new NpzException("has an impossible header length");
    }
    byte[] bytes = new byte[length];
    data.readFully(bytes);
    Charset charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    return new String(bytes, charset);
  }

  private static NpyArray elements(DataInputStream data, NpyHeader header) throws IOException {
    ElementType type = ElementType.of(header.description());
    int count = NpyArray.elementCount(header.shape());
    double[] floats = type.isFloat() ? new double[count] : null;
    long[] integers = type.isFloat() ? null : new long[count];
    byte[] bytes = new byte[BUFFER_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ElementType.orderOf(header.description()));
    int perBuffer = BUFFER_BYTES / type.width();
    for (int start = 0; start < count; start += perBuffer) {
      int end = Math.min(count, start + perBuffer);
      data.readFully(bytes, 0, (end - start) * type.width());
      buffer.rewind();
      for (int i = start; i < end; i++) {
        if (floats != null) {
          floats[i] = type.readFloat(buffer);
        } else {
          integers[i] = type.readInteger(buffer);
        }
      }
    }
    return floats != null
        ? NpyArray.ofFloats(floats, header.shape())
        : NpyArray.ofIntegers(integers, header.shape());
  }

  private static NpyArray toRowMajor(NpyArray array) {
    int[] shape = array.shape();
    int[] source = rowMajorToFortran(shape);
    if (array.isInteger()) {
      long[] from = array.toLongs();
      return NpyArray.ofIntegers(Arrays.stream(source).mapToLong(i -> from[i]).toArray(), shape);
    }
    double[] from = array.toDoubles();
    return NpyArray.ofFloats(Arrays.stream(source).mapToDouble(i -> from[i]).toArray(), shape);
  }

  /** For each element in row-major order, its position in Fortran order. */
  private static int[] rowMajorToFortran(int[] shape) {
    int[] positions = new int[NpyArray.elementCount(shape)];
    int[] index = new int[shape.length];
    for (int i = 0; i < positions.length; i++) {
      int position = 0;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        position = position * shape[axis] + index[axis];
      }
      positions[i] = position;
      for (int axis = shape.length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return positions;
  }

  /**
   * Writes one array, row-major and little-endian: {@code float64} or {@code int64}.
   *
   * @param out the destination; not closed
   * @param array the array
   * @throws IOException if the stream fails
   */
  public static void write(OutputStream out, NpyArray array) throws IOException {
    out.write(new NpyHeader(array.isInteger() ? "<i8" : "<f8", false, array.shape()).toBytes());
    byte[] bytes = new byte[BUFFER_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int perBuffer = BUFFER_BYTES / Long.BYTES;
    for (int start = 0; start < array.size(); start += perBuffer) {
      int end = Math.min(array.size(), start + perBuffer);
      buffer.clear();
      if (array.isInteger()) {
        buffer.asLongBuffer().put(array.toLongs(), start, end - start);
      } else {
        buffer.asDoubleBuffer().put(array.toDoubles(), start, end - start);
      }
      out.write(bytes, 0, (end - start) * Long.BYTES);
    }
  }

  /** The number of bytes that {@link #write} produces. */
  static long encodedBytes(NpyArray array) {
    int header =
        new NpyHeader(array.isInteger() ? "<i8" : "<f8", false, array.shape()).toBytes().length;
    return header + (long) array.size() * Long.BYTES;
  }
}
