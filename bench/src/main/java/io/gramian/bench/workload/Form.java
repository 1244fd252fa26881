package io.gramian.bench.workload;

/** How an op is written in PyTorch. */
public enum Form {
  /** As the authors of the method publish it. */
  PUBLISHED,

  /** As an expert would write the same: fewer and smaller tensors, the same results. */
  CLOSED
}
