package io.gramian.dlpack;

import io.gramian.DType;
import io.gramian.ShapeException;

/**
 * Element types as DLPack names them.
 *
 * @param code {@code DLDataTypeCode}
 * @param bits of one element
 */
record ElementType(int code, int bits) {
  private static final int INT = 0;
  private static final int FLOAT = 2;
  private static final int BFLOAT = 4;

  static ElementType of(DType dtype) {
    return switch (dtype) {
      case F64 -> new ElementType(FLOAT, 64);
      case F32 -> new ElementType(FLOAT, 32);
      case F16 -> new ElementType(FLOAT, 16);
      case BF16 -> new ElementType(BFLOAT, 16);
      case I32 -> new ElementType(INT, 32);
    };
  }

  /**
   * The type of Gramian.
   *
   * @throws ShapeException if there is none
   */
  DType require(int lanes) {
    if (lanes == 1) {
      for (DType dtype : DType.values()) {
        if (equals(of(dtype))) {
          return dtype;
        }
      }
    }
    throw new ShapeException(
        "expected a DLPack tensor of float64, float32, float16, bfloat16 or int32 with one lane,"
            + " got "
            + name(code)
            + bits
            + " with "
            + lanes
            + (lanes == 1 ? " lane" : " lanes"));
  }

  private static String name(int code) {
    return switch (code) {
      case INT -> "int";
      case 1 -> "uint";
      case FLOAT -> "float";
      case 3 -> "opaque";
      case BFLOAT -> "bfloat";
      case 5 -> "complex";
      case 6 -> "bool";
      default -> "type code " + code + " of bits ";
    };
  }
}
