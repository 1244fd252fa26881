package io.gramian.emoji.measure;

import io.gramian.emoji.data.Modality;
import io.gramian.emoji.heads.Matrix;
import io.gramian.emoji.heads.Products;
import io.gramian.emoji.losses.AlignmentLoss;
import io.gramian.emoji.losses.UnitRows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures embeddings of held-out samples. */
public final class HeldOut {
  private HeldOut() {}

  /**
   * Recall and cosines.
   *
   * @param modalities the anchor first
   * @param embeddings [samples, dimension] of each
   * @param loss whose similarity scores tuples
   * @param products how to multiply
   */
  public static Measurement measure(
      List<Modality> modalities, List<Matrix> embeddings, AlignmentLoss loss, Products products) {
    Matrix scores = loss.scores(embeddings);
    List<UnitRows> units = embeddings.stream().map(UnitRows::of).toList();
    Map<ModalityPair, Recall> recalls = new LinkedHashMap<>();
    Map<ModalityPair, Double> cosines = new LinkedHashMap<>();
    for (int q = 0; q < modalities.size(); q++) {
      for (int c = 0; c < modalities.size(); c++) {
        if (q != c) {
          ModalityPair pair = new ModalityPair(modalities.get(q), modalities.get(c));
          recalls.put(pair, Recall.byCosine(units.get(q), units.get(c), products));
          cosines.put(pair, units.get(q).meanCosine(units.get(c)));
        }
      }
    }
    return new Measurement(Recall.of(scores), Recall.of(scores.transposed()), recalls, cosines);
  }
}
