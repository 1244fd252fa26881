package io.gramian.cuda.nway;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import java.lang.foreign.MemorySegment;

/** The structs that parameters of kernels/include/gramian/nway share, at their offsets in each. */
final class NwayFields {
  /** Most modalities. */
  static final int MODALITIES = 5;

  /** Most pairs of modalities. */
  static final int PAIRS = MODALITIES * (MODALITIES - 1) / 2;

  /** The most outer modalities: all but the last. */
  static final int OUTER = MODALITIES - 1;

  private NwayFields() {}

  /** The place of the pair of modalities l &lt; m. */
  static int pair(int l, int m) {
    return m * (m - 1) / 2 + l;
  }

  /** Sets an element of an array of addresses or 64-bit integers. */
  static void setLong(MemorySegment p, long array, int index, long value) {
    p.set(JAVA_LONG, array + (long) index * Long.BYTES, value);
  }

  /** Sets an element of an array of 32-bit integers. */
  static void setInt(MemorySegment p, long array, int index, int value) {
    p.set(JAVA_INT, array + (long) index * Integer.BYTES, value);
  }

  /** Struct {@code Rows}. */
  record Rows(long data, long stride, long count, long modalities, long d, long normalize) {
    static Rows next(StructLayout layout) {
      return new Rows(
          layout.int64s(MODALITIES),
          layout.int64s(MODALITIES),
          layout.int32s(MODALITIES),
          layout.int32(),
          layout.int32(),
          layout.int32());
    }

    /** What never changes. */
    void prepare(MemorySegment p, NwayRows rows) {
      for (int q = 0; q < rows.modalities(); q++) {
        setLong(p, stride, q, rows.specs().get(q).stride(0));
        setInt(p, count, q, rows.count(q));
      }
      p.set(JAVA_INT, modalities, rows.modalities());
      p.set(JAVA_INT, d, rows.d());
      p.set(JAVA_INT, normalize, rows.normalize() ? 1 : 0);
    }

    /** Where the rows of a modality are in a run. */
    void bind(MemorySegment p, int modality, long address) {
      setLong(p, data, modality, address);
    }
  }

  /** Struct {@code Lengths}. */
  record Lengths(long inverse, long squared) {
    static Lengths next(StructLayout layout) {
      return new Lengths(layout.int64s(MODALITIES), layout.int64s(MODALITIES));
    }

    void bind(MemorySegment p, NwayRows rows, long workspace) {
      for (int q = 0; q < rows.modalities(); q++) {
        setLong(p, inverse, q, workspace + rows.inverseAt(q));
        setLong(p, squared, q, workspace + rows.squaredAt(q));
      }
    }
  }

  /** Struct {@code Tables}. */
  record Tables(long high, long low, long pitch) {
    static Tables next(StructLayout layout) {
      return new Tables(layout.int64s(PAIRS), layout.int64s(PAIRS), layout.int32s(MODALITIES));
    }
  }

  /** Struct {@code Box}. */
  record Box(long first, long count) {
    static Box next(StructLayout layout) {
      return new Box(layout.int32s(MODALITIES), layout.int32s(MODALITIES));
    }

    void set(MemorySegment p, NwayBox box) {
      for (int q = 0; q < box.modalities(); q++) {
        setInt(p, first, q, box.first()[q]);
        setInt(p, count, q, box.count()[q]);
      }
    }
  }

  /** Struct {@code Source}. */
  record Source(Tables tables, Lengths lengths, Box box, long kind, long minimum) {
    static Source next(StructLayout layout) {
      return new Source(
          Tables.next(layout),
          Lengths.next(layout),
          Box.next(layout),
          layout.int32(),
          layout.float64());
    }

    void prepare(MemorySegment p, int kindCode, double least) {
      p.set(JAVA_INT, kind, kindCode);
      p.set(JAVA_DOUBLE, minimum, least);
    }
  }

  /** Struct {@code Gradients}. */
  record Gradients(long data, long stride, long type, long accumulate) {
    static Gradients next(StructLayout layout) {
      return new Gradients(
          layout.int64s(MODALITIES),
          layout.int64s(MODALITIES),
          layout.int32s(MODALITIES),
          layout.int32());
    }

    /** What never changes. */
    void prepare(MemorySegment p, NwayRows rows, boolean add) {
      for (int q = 0; q < rows.modalities(); q++) {
        if (rows.gradients().get(q) != null) {
          setLong(p, stride, q, rows.gradients().get(q).stride(0));
          setInt(p, type, q, ScalarField.typeCode(rows.gradients().get(q).dtype()));
        }
      }
      p.set(JAVA_INT, accumulate, add ? 1 : 0);
    }

    /** Where the gradient of a modality goes in a run; 0 if it is not wanted. */
    void bind(MemorySegment p, int modality, long address) {
      setLong(p, data, modality, address);
    }
  }
}
