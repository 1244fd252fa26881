package io.gramian.kernels.contract;

/** The type of a field. */
sealed interface Type {
  /** Its size in bytes, which for all but structs is the alignment too. */
  long size();

  /** Its alignment in bytes. */
  default long alignment() {
    return size();
  }

  /**
   * A number, or an address.
   *
   * @param javaType of the setter's argument
   * @param layout constant of {@code ValueLayout}
   */
  record Number(String javaType, String layout, long size) implements Type {}

  /** 0 or 1. */
  record Flag() implements Type {
    @Override
    public long size() {
      return Integer.BYTES;
    }
  }

  /** A constant of an enum. */
  record Choice(Enumeration enumeration) implements Type {
    @Override
    public long size() {
      return Integer.BYTES;
    }
  }

  /** A struct within the struct. */
  record Nested(Struct struct) implements Type {
    @Override
    public long size() {
      return struct.size();
    }

    @Override
    public long alignment() {
      return struct.alignment();
    }
  }

  /** An address. */
  Number POINTER = new Number("long", "JAVA_LONG", Long.BYTES);

  /** The number of that name in C++; null if there is none. */
  static Type number(String name) {
    return switch (name) {
      case "u8" -> new Number("byte", "JAVA_BYTE", Byte.BYTES);
      case "u32", "i32" -> new Number("int", "JAVA_INT", Integer.BYTES);
      case "u64", "i64" -> new Number("long", "JAVA_LONG", Long.BYTES);
      case "float" -> new Number("float", "JAVA_FLOAT", Float.BYTES);
      case "double" -> new Number("double", "JAVA_DOUBLE", Double.BYTES);
      case "bool32" -> new Flag();
      default -> null;
    };
  }
}
