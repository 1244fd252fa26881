package io.gramian.cpu.simd;

/**
 * Rows packed as right operands of gemms: as columns, for inner products with them, and where asked
 * for as rows too, for sums of them.
 */
public final class PackedRows {
  /** Where rows come from. */
  @FunctionalInterface
  public interface Source {
    /** Reads a row. */
    void read(int row, float[] to, int at);
  }

  private final int d;
  private final boolean hasRows;
  private final Panels columns;
  private final Panels rows;
  private int count;
  private boolean fillsRows;

  /**
   * Room for {@code capacity} rows of d values.
   *
   * @param asRows whether they will be packed as rows, too
   */
  public PackedRows(Resources resources, int capacity, int d, boolean asRows) {
    this.d = d;
    this.hasRows = asRows;
    this.columns = new Panels(resources, d, capacity);
    this.rows = asRows ? new Panels(resources, capacity, d) : new Panels(resources, 0, 0);
    resize(capacity, asRows);
  }

  /** Changes the number of rows within the capacity; {@link #pack} all panels then. */
  public void resize(int newCount, boolean asRows) {
    count = newCount;
    fillsRows = asRows && hasRows;
    columns.resize(d, count);
    if (fillsRows) {
      rows.resize(count, d);
    }
  }

  /** Number of panels: tasks of {@link #pack}. */
  public int panels() {
    return columns.panels();
  }

  /**
   * Packs the rows of a panel.
   *
   * @param first the row of the source that is row 0 here
   * @param scratch has room for as many rows as a panel has columns, {@code stride} apart
   */
  public void pack(int panel, Source source, int first, float[] scratch, int stride) {
    int begin = panel * columns.columns();
    int size = Math.min(columns.columns(), count - begin);
    for (int i = 0; i < size; i++) {
      source.read(first + begin + i, scratch, i * stride);
      if (fillsRows) {
        rows.setRow(begin + i, scratch, i * stride);
      }
    }
    columns.setPanelTransposed(panel, scratch, 0, stride, size);
  }

  /** Number of rows. */
  public int count() {
    return count;
  }

  /** The transposed matrix [d,count]. */
  public Panels columns() {
    return columns;
  }

  /** The matrix [count,d], where it was asked for. */
  public Panels rows() {
    return rows;
  }
}
