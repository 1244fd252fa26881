package io.gramian.cuda.pair;

/** What the kernels over pairs do with scores: enum {@code PairMode} of pair/params.cuh. */
enum PairMode {
  SOFTMAX,
  SIGMOID,
  MATRIX,
  MIXTURE;

  /** Most variances of a mixture. */
  static final int MOST_VARIANCES = 32;

  int code() {
    return ordinal();
  }
}
