package io.gramian.op;

import io.gramian.ShapeException;
import java.util.Map;

/** Sizes of the named dimensions of a signature, found by matching it with specs. */
public final class Sizes {
  private final Map<String, Long> bySymbol;

  Sizes(Map<String, Long> bySymbol) {
    this.bySymbol = Map.copyOf(bySymbol);
  }

  /**
   * {@return the size of a named dimension that the signature has}
   *
   * @param symbol name of the dimension
   */
  public long get(String symbol) {
    Long size = bySymbol.get(symbol);
    if (size == null) {
      throw new IllegalArgumentException("no dimension " + symbol + " among " + bySymbol);
    }
    return size;
  }

  /**
   * {@return {@link #get} as an int, for host code}
   *
   * @param symbol name of the dimension
   * @throws ShapeException if it is 2^31 or more
   */
  public int intOf(String symbol) {
    long size = get(symbol);
    if (size > Integer.MAX_VALUE) {
      throw new ShapeException(
          "expected " + symbol + " of at most " + Integer.MAX_VALUE + ", got " + size);
    }
    return (int) size;
  }

  @Override
  public String toString() {
    return bySymbol.toString();
  }
}
