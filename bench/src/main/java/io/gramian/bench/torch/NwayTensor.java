package io.gramian.bench.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Negative volumes of all index triples: products of all pairs of modalities, spread over [B,B,B]
 * and stacked to Gram matrices.
 */
final class NwayTensor implements TorchExpression {
  private static final int MODALITIES = 3;

  @Override
  public Tensor result(Map<String, Tensor> inputs) {
    List<Tensor> rows = new ArrayList<>();
    for (int l = 1; l <= MODALITIES; l++) {
      rows.add(inputs.get("modality" + l));
    }
    long batch = rows.getFirst().size(0);
    Tensor[][] gram = new Tensor[MODALITIES][MODALITIES];
    for (int i = 0; i < MODALITIES; i++) {
      for (int j = i; j < MODALITIES; j++) {
        long[] shape = {1, 1, 1};
        shape[i] = batch;
        shape[j] = batch;
        Tensor entries =
            i == j
                ? Tuples.rowDots(rows.get(i), rows.get(i))
                : torch.matmul(rows.get(i), rows.get(j).t());
        gram[i][j] = entries.view(shape).expand(batch, batch, batch);
        gram[j][i] = gram[i][j];
      }
    }
    return Tuples.determinants(gram).abs().sqrt().neg();
  }
}
