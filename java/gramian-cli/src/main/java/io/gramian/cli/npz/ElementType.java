package io.gramian.cli.npz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The element types of npy files that can be read, by NumPy's one-letter kind and width. */
enum ElementType {
  F8('f', 8) {
    @Override
    double readFloat(ByteBuffer in) {
      return in.getDouble();
    }
  },
  F4('f', 4) {
    @Override
    double readFloat(ByteBuffer in) {
      return in.getFloat();
    }
  },
  F2('f', 2) {
    @Override
    double readFloat(ByteBuffer in) {
      return Float.float16ToFloat(in.getShort());
    }
  },
  I8('i', 8) {
    @Override
    long readInteger(ByteBuffer in) {
      return in.getLong();
    }
  },
  I4('i', 4) {
    @Override
    long readInteger(ByteBuffer in) {
      return in.getInt();
    }
  },
  I2('i', 2) {
    @Override
    long readInteger(ByteBuffer in) {
      return in.getShort();
    }
  },
  I1('i', 1) {
    @Override
    long readInteger(ByteBuffer in) {
      return in.get();
    }
  },
  U4('u', 4) {
    @Override
    long readInteger(ByteBuffer in) {
      return Integer.toUnsignedLong(in.getInt());
    }
  },
  U2('u', 2) {
    @Override
    long readInteger(ByteBuffer in) {
      return Short.toUnsignedLong(in.getShort());
    }
  },
  U1('u', 1) {
    @Override
    long readInteger(ByteBuffer in) {
      return Byte.toUnsignedLong(in.get());
    }
  },
  BOOL('b', 1) {
    @Override
    long readInteger(ByteBuffer in) {
      return in.get() == 0 ? 0 : 1;
    }
  };

  private final char kind;
  private final int width;

  ElementType(char kind, int width) {
    this.kind = kind;
    this.width = width;
  }

  /** Bytes per element. */
  int width() {
    return width;
  }

  boolean isFloat() {
    return kind == 'f';
  }

  double readFloat(ByteBuffer in) {
    throw new UnsupportedOperationException(name());
  }

  long readInteger(ByteBuffer in) {
    throw new UnsupportedOperationException(name());
  }

  /**
   * The type of a NumPy description such as {@code <f8} or {@code |b1}.
   *
   * @param description byte order, kind, width
   * @throws NpzException if arrays of that type cannot be read
   */
  static ElementType of(String description) throws NpzException {
    if (description.endsWith("O")) {
      throw new NpzException("holds Python objects, not numbers: save it with a numeric dtype");
    }
    for (ElementType type : values()) {
      if (description.matches("[<>|=]?" + type.kind + type.width)) {
        return type;
      }
    }
    throw new NpzException(
        "element type '"
            + description
            + "' is not supported: use float64, float32, float16, an integer type or bool");
  }

  /** The byte order of a NumPy description; {@code =} and {@code |} count as little-endian. */
  static ByteOrder orderOf(String description) {
    return description.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }
}
