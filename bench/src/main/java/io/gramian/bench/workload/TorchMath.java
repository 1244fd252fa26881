package io.gramian.bench.workload;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** What several expressions of PyTorch are made of. */
final class TorchMath {
  private TorchMath() {}

  /** Squared lengths of rows. */
  static Tensor squares(Tensor rows) {
    return dots(rows, rows);
  }

  /** Dot products of rows with the same number. */
  static Tensor dots(Tensor a, Tensor b) {
    return a.mul(b).sum(new long[] {1}, false, new ScalarTypeOptional());
  }

  /** Rows of length 1. */
  static Tensor units(Tensor rows, double leastLength) {
    Tensor lengths = rows.norm(new ScalarOptional(new Scalar(2f)), new long[] {-1}, true);
    return rows.div(lengths.clamp_min(new Scalar(leastLength)));
  }

  /** Squared distances of all pairs by one matrix product, the fastest way to write them. */
  static Tensor squaredDistances(Tensor x, Tensor y) {
    Tensor squares = squares(x).unsqueeze(1).add(squares(y).unsqueeze(0));
    return squares.sub(torch.matmul(x, y.t()), new Scalar(2f)).clamp_min(new Scalar(0f));
  }

  /** Determinants of matrices whose entries are tensors of one shape, by LU. */
  static Tensor determinants(Tensor[][] entries) {
    return torch.linalg_det(matrices(entries));
  }

  /** Largest eigenvalues of symmetric matrices whose entries are tensors of one shape. */
  static Tensor largestEigenvalues(Tensor[][] entries) {
    return torch.linalg_eigvalsh(matrices(entries)).select(-1, -1);
  }

  private static Tensor matrices(Tensor[][] entries) {
    Tensor[] stacked = new Tensor[entries.length];
    for (int i = 0; i < entries.length; i++) {
      stacked[i] = torch.stack(new TensorVector(entries[i]), -1);
    }
    return torch.stack(new TensorVector(stacked), -2);
  }

  /**
   * Cross-entropy of the first rows and of the first columns, row i and column i being of one
   * sample.
   */
  static Tensor clipLoss(Tensor logits, int matched) {
    Tensor target = torch.arange(new Scalar(matched), new TensorOptions(torch.ScalarType.Long));
    return torch
        .cross_entropy_loss(logits.narrow(0, 0, matched), target)
        .add(torch.cross_entropy_loss(logits.t().narrow(0, 0, matched), target))
        .div(new Scalar(2f));
  }
}
