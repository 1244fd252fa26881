package io.gramian;

import java.util.Arrays;

/** Element types of tensors. */
public enum DType {
  /** IEEE 754 binary64. */
  F64(8, true),
  /** IEEE 754 binary32. */
  F32(4, true),
  /** bfloat16: the upper half of a binary32. */
  BF16(2, true),
  /** IEEE 754 binary16. */
  F16(2, true),
  /** Signed 32-bit integer: labels, indices, ranks. */
  I32(4, false);

  private final int bytes;
  private final boolean floating;

  DType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /** {@return size of one element in bytes} */
  public int bytes() {
    return bytes;
  }

  /** {@return whether elements are floating-point numbers} */
  public boolean isFloating() {
    return floating;
  }

  /** The lower-case name used in documents and on the command line, for instance {@code bf16}. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /**
   * {@return the type of a lower-case name}
   *
   * @param name for instance {@code bf16}
   * @throws ParameterException if there is no such type
   */
  public static DType of(String name) {
    for (DType type : values()) {
      if (type.toString().equals(name)) {
        return type;
      }
    }
    throw ParameterException.unknown(
        "dtype", name, Arrays.stream(values()).map(DType::toString).toList());
  }

  /**
   * {@return the bfloat16 nearest to a value, ties to even; NaN stays NaN}
   *
   * @param value to be rounded
   */
  public static short floatToBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    int rounding = 0x7FFF + ((bits >>> 16) & 1);
    return (short) ((bits + rounding) >>> 16);
  }

  /**
   * {@return the exact value of a bfloat16}
   *
   * @param bits of the bfloat16
   */
  public static float bf16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
