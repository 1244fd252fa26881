package io.gramian.cli.npz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The header of an npy file: a Python dictionary literal.
 *
 * @param description byte order, kind and width, such as {@code <f8}
 * @param fortranOrder whether the first index runs fastest
 * @param shape the extents
 */
record NpyHeader(String description, boolean fortranOrder, int[] shape) {
  private static final Pattern DESCRIPTION = Pattern.compile("['\"]descr['\"]\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER =
      Pattern.compile("['\"]fortran_order['\"]\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("['\"]shape['\"]\\s*:\\s*\\(([^)]*)\\)");

  /** Header blocks end on a multiple of this, as NumPy writes them. */
  private static final int ALIGNMENT = 64;

  private static final int PREFIX_BYTES = 10;

  static NpyHeader parse(String text) throws NpzException {
    Matcher description = DESCRIPTION.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!description.find()) {
      throw new NpzException(
          "header names no single element type (structured arrays are not read)");
    }
    if (!order.find() || !shape.find()) {
      throw new NpzException("header lacks fortran_order or shape");
    }
    return new NpyHeader(
        description.group(1), order.group(1).equals("True"), extents(shape.group(1)));
  }

  private static int[] extents(String list) throws NpzException {
    try {
      int[] shape =
          Arrays.stream(list.split(","))
              .map(String::strip)
              .filter(s -> !s.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      if (Arrays.stream(shape).anyMatch(extent -> extent < 0)) {
        throw new NpzException("shape (" + list + ") has a negative extent");
      }
      NpyArray.elementCount(shape);
      return shape;
    } catch (NumberFormatException | ArithmeticException e) {
      throw new NpzException("shape (" + list + ") is malformed or too large", e);
    }
  }

  /** Magic, version 1.0, length and the padded dictionary. */
  byte[] toBytes() {
    String extents =
        Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
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
