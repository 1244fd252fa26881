package io.gramian.cli.npz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The element types of npy files that can be read, with all names that NumPy knows them by on
 * 64-bit Linux and macOS: kind and width, letters of the C types, words.
 */
enum ElementType {
  F8(8, "f8", "d", "float64", "double", "float") {
    @Override
    double readFloat(ByteBuffer in) {
      return in.getDouble();
    }
  },
  F4(4, "f4", "f", "float32", "single") {
    @Override
    double readFloat(ByteBuffer in) {
      return in.getFloat();
    }
  },
  F2(2, "f2", "e", "float16", "half") {
    @Override
    double readFloat(ByteBuffer in) {
      return Float.float16ToFloat(in.getShort());
    }
  },
  I8(8, "i8", "l", "q", "p", "int64", "int", "intp", "long", "longlong") {
    @Override
    long readInteger(ByteBuffer in) {
      return in.getLong();
    }
  },
  I4(4, "i4", "i", "int32", "intc") {
    @Override
    long readInteger(ByteBuffer in) {
      return in.getInt();
    }
  },
  I2(2, "i2", "h", "int16", "short") {
    @Override
    long readInteger(ByteBuffer in) {
      return in.getShort();
    }
  },
  I1(1, "i1", "b", "int8", "byte") {
    @Override
    long readInteger(ByteBuffer in) {
      return in.get();
    }
  },
  U8(8, "u8", "L", "Q", "P", "uint64", "uint", "uintp", "ulong", "ulonglong") {
    @Override
    long readInteger(ByteBuffer in) throws NpzException {
      long value = in.getLong();
      if (value < 0) {
        throw new NpzException("holds " + Long.toUnsignedString(value) + ", beyond 63 bits");
      }
      return value;
    }
  },
  U4(4, "u4", "I", "uint32", "uintc") {
    @Override
    long readInteger(ByteBuffer in) {
      return Integer.toUnsignedLong(in.getInt());
    }
  },
  U2(2, "u2", "H", "uint16", "ushort") {
    @Override
    long readInteger(ByteBuffer in) {
      return Short.toUnsignedLong(in.getShort());
    }
  },
  U1(1, "u1", "B", "uint8", "ubyte") {
    @Override
    long readInteger(ByteBuffer in) {
      return Byte.toUnsignedLong(in.get());
    }
  },
  BOOL(1, "b1", "?", "bool", "bool_") {
    @Override
    long readInteger(ByteBuffer in) {
      return in.get() == 0 ? 0 : 1;
    }
  };

  /** A byte order goes with a letter and a width, not with a word. */
  private static final Pattern ORDERED = Pattern.compile("[<>|=](?<name>[a-zA-Z?][0-9]*)");

  private final int width;
  private final Set<String> names;

  ElementType(int width, String... names) {
    this.width = width;
    this.names = Set.of(names);
  }

  /** Bytes per element. */
  int width() {
    return width;
  }

  boolean isFloat() {
    return this == F8 || this == F4 || this == F2;
  }

  double readFloat(ByteBuffer in) {
    throw new UnsupportedOperationException(name());
  }

  /**
   * Reads one element.
   *
   * @throws NpzException if a {@code long} does not hold it
   */
  long readInteger(ByteBuffer in) throws NpzException {
    throw new UnsupportedOperationException(name());
  }

  /**
   * The type of a NumPy description such as {@code <f8}, {@code |b1}, {@code <f} or {@code
   * float32}.
   *
   * @throws NpzException if arrays of that type cannot be read
   */
  static ElementType of(String description) throws NpzException {
    Matcher ordered = ORDERED.matcher(description);
    String name = ordered.matches() ? ordered.group("name") : description;
    for (ElementType type : values()) {
      if (type.names.contains(name)) {
        return type;
      }
    }
    if (name.equals("O")) {
      throw new NpzException("holds Python objects, not numbers: save it with a numeric dtype");
    }
    throw new NpzException(
        "element type '"
            + description
            + "' is not supported: use float64, float32, float16, an integer type or bool");
  }

  /** The byte order of a NumPy description; without one it is that of this machine's kind. */
  static ByteOrder orderOf(String description) {
    return description.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }
}
