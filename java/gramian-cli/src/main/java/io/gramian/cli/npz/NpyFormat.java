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

  /** Magic, version and length, which are before the text of a header. */
  private static final int PREFIX_BYTES = 10;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAX_HEADER_BYTES = 1 << 20;

  /** The longest array of Java. */
  private static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

  /** Elements of the first buffer, which takes what most files hold and no memory to speak of. */
  private static final int FIRST_ELEMENTS = 1 << 18;

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
    return read(in, Long.MAX_VALUE);
  }

  /**
   * Reads one array of a stream of limited length. Memory is taken as its elements come: a header
   * that claims more than there is costs none.
   *
   * @param in positioned at the magic bytes; not closed
   * @param most how many bytes there are at most
   */
  static NpyArray read(InputStream in, long most) throws IOException {
    DataInputStream data = new DataInputStream(in);
    try {
      String text = headerText(data);
      NpyHeader header = NpyHeader.parse(text);
      NpyArray array = elements(data, header, most - PREFIX_BYTES - text.length());
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
    int minor = data.readUnsignedByte();
    if (version < 1 || version > 3 || minor != 0) {
      throw new NpzException(
          "has npy version " + version + "." + minor + "; 1.0, 2.0 and 3.0 are read");
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

  private static NpyArray elements(DataInputStream data, NpyHeader header, long most)
      throws IOException {
    ElementType type = ElementType.of(header.description());
    long claimed = header.count();
    if (claimed > most / type.width()) {
      throw new NpzException(
          "is cut short: its header claims "
              + claimed
              + " elements, there are at most "
              + Math.max(0, most / type.width()));
    }
    if (claimed > MOST_ELEMENTS) {
      throw new NpzException(
          "has " + claimed + " elements; at most " + MOST_ELEMENTS + " are read");
    }
    int count = (int) claimed;
    double[] floats = new double[type.isFloat() ? Math.min(count, FIRST_ELEMENTS) : 0];
    long[] integers = new long[type.isFloat() ? 0 : Math.min(count, FIRST_ELEMENTS)];
    byte[] bytes = new byte[BUFFER_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ElementType.orderOf(header.description()));
    int perBuffer = BUFFER_BYTES / type.width();
    for (int start = 0; start < count; start += perBuffer) {
      int end = (int) Math.min(count, (long) start + perBuffer);
      data.readFully(bytes, 0, (end - start) * type.width());
      buffer.rewind();
      if (type.isFloat()) {
        floats = withRoom(floats, end, count);
        for (int i = start; i < end; i++) {
          floats[i] = type.readFloat(buffer);
        }
      } else {
        integers = withRoom(integers, end, count);
        for (int i = start; i < end; i++) {
          integers[i] = type.readInteger(buffer);
        }
      }
    }
    return type.isFloat()
        ? NpyArray.ofFloats(floats, header.shape())
        : NpyArray.ofIntegers(integers, header.shape());
  }

  private static double[] withRoom(double[] values, int needed, int count) {
    return needed <= values.length ? values : Arrays.copyOf(values, larger(values.length, count));
  }

  private static long[] withRoom(long[] values, int needed, int count) {
    return needed <= values.length ? values : Arrays.copyOf(values, larger(values.length, count));
  }

  /** Four times as much, or all: what has come says more about what will than a header does. */
  private static int larger(int length, int count) {
    return (int) Math.min(count, 4L * length);
  }

  private static NpyArray toRowMajor(NpyArray array) {
    long[] shape = array.shape();
    int[] source = rowMajorToFortran(shape, array.size());
    if (array.isInteger()) {
      long[] from = array.toLongs();
      return NpyArray.ofIntegers(Arrays.stream(source).mapToLong(i -> from[i]).toArray(), shape);
    }
    double[] from = array.toDoubles();
    return NpyArray.ofFloats(Arrays.stream(source).mapToDouble(i -> from[i]).toArray(), shape);
  }

  /** For each element in row-major order, its position in Fortran order. */
  private static int[] rowMajorToFortran(long[] shape, int count) {
    int[] positions = new int[count];
    int[] index = new int[shape.length];
    for (int i = 0; i < positions.length; i++) {
      int position = 0;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        position = position * (int) shape[axis] + index[axis];
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
