package io.gramian.kernels.contract;

/**
 * A line of a file.
 *
 * @param file as messages name it
 * @param line counted from 1
 */
record Location(String file, int line) {
  @Override
  public String toString() {
    return file + ":" + line;
  }
}
