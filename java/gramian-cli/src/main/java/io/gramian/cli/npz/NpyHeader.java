package io.gramian.cli.npz;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The header of an npy file: a Python dictionary literal.
 *
 * @param description byte order, kind and width, such as {@code <f8}
 * @param fortranOrder whether the first index runs fastest
 * @param shape the extents
 */
record NpyHeader(String description, boolean fortranOrder, long[] shape) {
  private static final Set<String> KEYS = Set.of("descr", "fortran_order", "shape");

  /** Header blocks end on a multiple of this, as NumPy writes them. */
  private static final int ALIGNMENT = 64;

  private static final int PREFIX_BYTES = 10;

  static NpyHeader parse(String text) throws NpzException {
    if (!(PythonLiteral.parse(text) instanceof Map<?, ?> entries)
        || !entries.keySet().equals(KEYS)) {
      throw new NpzException("header does not hold descr, fortran_order and shape");
    }
    Object description = entries.get("descr");
    if (description instanceof List<?>) {
      throw new NpzException("is a structured array, which is not read: save each field by itself");
    }
    if (!(description instanceof String name)) {
      throw new NpzException("header names no element type");
    }
    if (!(entries.get("fortran_order") instanceof Boolean fortranOrder)) {
      throw new NpzException("header says fortran_order " + entries.get("fortran_order"));
    }
    if (!(entries.get("shape") instanceof List<?> shape)) {
      throw new NpzException("header says shape " + entries.get("shape") + ", which is no tuple");
    }
    return new NpyHeader(name, fortranOrder, extents(shape));
  }

  private static long[] extents(List<?> shape) throws NpzException {
    long[] extents = new long[shape.size()];
    BigInteger count = BigInteger.ONE;
    for (int i = 0; i < extents.length; i++) {
      if (!(shape.get(i) instanceof BigInteger extent)) {
        throw new NpzException("shape " + tuple(shape) + " is not made of integers");
      }
      if (extent.signum() < 0) {
        throw new NpzException("shape " + tuple(shape) + " has a negative extent");
      }
      if (extent.bitLength() > Long.SIZE - 1) {
        throw new NpzException("shape " + tuple(shape) + " is too large");
      }
      extents[i] = extent.longValueExact();
      // As NumPy does: strides need the others even where an extent is zero.
      count = count.multiply(extent.max(BigInteger.ONE));
    }
    if (count.bitLength() > Long.SIZE - 1) {
      throw new NpzException("shape " + tuple(shape) + " is too large");
    }
    return extents;
  }

  private static String tuple(List<?> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
  }

  /** The number of elements. */
  long count() {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** Magic, version 1.0, length and the padded dictionary. */
  byte[] toBytes() {
    String extents =
        Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String dictionary =
        "{'descr': '"
            + description
            + "', 'fortran_order': "
            + (fortranOrder ? "True" : "False")
            + ", 'shape': ("
            + extents
            + (shape.length == 1 ? "," : "")
            + "), }";
    int unpadded = PREFIX_BYTES + dictionary.length() + 1;
    int total = Math.ceilDiv(unpadded, ALIGNMENT) * ALIGNMENT;
    String padded = dictionary + " ".repeat(total - unpadded) + "\n";
    byte[] bytes = new byte[total];
    System.arraycopy(NpyFormat.MAGIC, 0, bytes, 0, NpyFormat.MAGIC.length);
    bytes[NpyFormat.MAGIC.length] = 1;
    int length = padded.length();
    bytes[PREFIX_BYTES - 2] = (byte) length;
    bytes[PREFIX_BYTES - 1] = (byte) (length >>> 8);
    System.arraycopy(padded.getBytes(StandardCharsets.US_ASCII), 0, bytes, PREFIX_BYTES, length);
    return bytes;
  }
}
