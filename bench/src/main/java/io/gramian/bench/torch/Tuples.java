package io.gramian.bench.torch;

import io.gramian.bench.cases.CaseShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Scores of all anchors with all tuples, as they are published. */
final class Tuples {
  private Tuples() {}

  /** The matrix of scores of a case, higher for closer. */
  static Tensor scores(CaseShape shape, Map<String, Tensor> inputs) {
    Tensor anchor = inputs.get("anchor");
    List<Tensor> members = members(inputs);
    return shape.variant().equals("volume")
        ? volume(anchor, members).neg()
        : torch.matmul(anchor, members.getFirst().t());
  }

  private static List<Tensor> members(Map<String, Tensor> inputs) {
    List<Tensor> members = new ArrayList<>();
    for (Tensor next; (next = inputs.get("modality" + (members.size() + 1))) != null; ) {
      members.add(next);
    }
    return members;
  }

  /**
   * Volumes as GRAM (arXiv 2412.11959) computes them: the Gram matrices of all pairs stacked to
   * [B,B,k,k], and their determinants by {@code linalg_det}.
   */
  private static Tensor volume(Tensor anchor, List<Tensor> members) {
    long rows = anchor.size(0);
    long columns = members.getFirst().size(0);
    int k = members.size() + 1;
    Tensor[][] gram = new Tensor[k][k];
    gram[0][0] = rowDots(anchor, anchor).unsqueeze(1).expand(rows, columns);
    for (int i = 1; i < k; i++) {
      Tensor one = members.get(i - 1);
      gram[0][i] = torch.matmul(anchor, one.t());
      gram[i][0] = gram[0][i];
      for (int j = 1; j < k; j++) {
        gram[i][j] = rowDots(one, members.get(j - 1)).unsqueeze(0).expand(rows, columns);
      }
    }
    return determinants(gram).abs().sqrt();
  }

  /** Determinants of matrices whose entries are tensors of one shape. */
  static Tensor determinants(Tensor[][] entries) {
    Tensor[] stacked = new Tensor[entries.length];
    for (int i = 0; i < entries.length; i++) {
      stacked[i] = torch.stack(new TensorVector(entries[i]), -1);
    }
    return torch.linalg_det(torch.stack(new TensorVector(stacked), -2));
  }

  static Tensor rowDots(Tensor a, Tensor b) {
    return torch.einsum("bi,bi->b", new TensorVector(a, b));
  }
}
