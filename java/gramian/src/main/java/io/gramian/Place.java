package io.gramian;

/**
 * Where memory lives. Tensors can be used by every device of the same place.
 *
 * @param kind {@code host}, {@code cuda} or {@code emulated}
 * @param ordinal number of the device; 0 for the host
 */
public record Place(String kind, int ordinal) {
  /** Memory of the Java process: arrays and native segments. */
  public static final Place HOST = new Place("host", 0);

  /** {@return whether this is memory that Java code reads directly} */
  public boolean isHost() {
    return equals(HOST);
  }

  @Override
  public String toString() {
    return isHost() ? kind : kind + ":" + ordinal;
  }
}
