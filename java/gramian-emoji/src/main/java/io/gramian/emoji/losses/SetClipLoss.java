package io.gramian.emoji.losses;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.TensorSpec;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.heads.Matrix;
import io.gramian.op.SetClip;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The loss of Set-CLIP: two kinds of pictures are the image views of a sample, words of two
 * languages its text views. It is told of some samples at the head of a batch which words match
 * which pictures, and learns from the distributions of the rest. A tuple's score is the mean cosine
 * of the anchor with its members.
 */
final class SetClipLoss implements AlignmentLoss {
  private static final String IMAGES = "image_views";
  private static final String TEXTS = "text_views";

  private final PlannedOp op;
  private final int matched;
  private final int[] images;
  private final int[] texts;

  /**
   * @param device where to compute; not closed
   * @param modalities all four; the first of each kind is the view that is matched across kinds
   * @param batch samples per batch
   * @param dimension the width of embeddings
   * @param matched how many samples at the head of a batch are known to match
   * @param temperature of both contrastive parts; fixed
   */
  SetClipLoss(
      Device device,
      List<Modality> modalities,
      int batch,
      int dimension,
      int matched,
      double temperature) {
    this.matched = matched;
    this.images =
        IntStream.range(0, modalities.size()).filter(m -> modalities.get(m).isPicture()).toArray();
    this.texts =
        IntStream.range(0, modalities.size()).filter(m -> !modalities.get(m).isPicture()).toArray();
    TensorSpec views = TensorSpec.of(DType.F32, 2L * batch, dimension);
    Map<String, TensorSpec> outputs = new LinkedHashMap<>();
    outputs.put("loss", TensorSpec.of(DType.F32));
    outputs.put("grad_" + IMAGES, views);
    outputs.put("grad_" + TEXTS, views);
    SetClip paper = new SetClip(matched);
    SetClip loss =
        new SetClip(temperature, matched, paper.bandwidth(), paper.variances(), paper.weights());
    this.op = new PlannedOp(device, loss, Map.of(IMAGES, views, TEXTS, views), outputs);
  }

  @Override
  public int matched(int batch) {
    return matched;
  }

  /** None: the op's temperature is fixed. */
  @Override
  public List<LearnedScalar> scalars() {
    return List.of();
  }

  @Override
  public Gradients evaluate(List<Matrix> embeddings, Map<String, Double> scalars) {
    List<UnitRows> units = embeddings.stream().map(UnitRows::of).toList();
    op.set(IMAGES, interleaved(units, images));
    op.set(TEXTS, interleaved(units, texts));
    op.run();
    Matrix[] gradients = new Matrix[units.size()];
    spread(op.floats("grad_" + IMAGES), units, images, gradients);
    spread(op.floats("grad_" + TEXTS), units, texts, gradients);
    return new Gradients(op.item("loss"), List.of(gradients), Map.of());
  }

  /** Rows 2i and 2i+1 are the two views of sample i. */
  private static float[] interleaved(List<UnitRows> units, int[] views) {
    float[][] first = units.get(views[0]).units().data();
    float[][] second = units.get(views[1]).units().data();
    float[][] rows = new float[2 * first.length][];
    for (int i = 0; i < first.length; i++) {
      rows[2 * i] = first[i];
      rows[2 * i + 1] = second[i];
    }
    return new Matrix(rows).toFlat();
  }

  /** Takes the gradients of interleaved views apart and back through the normalisation. */
  private static void spread(float[] flat, List<UnitRows> units, int[] views, Matrix[] gradients) {
    for (int v = 0; v < views.length; v++) {
      UnitRows own = units.get(views[v]);
      float[][] rows = Matrix.ofFlat(flat, own.units().columns()).data();
      float[][] mine = new float[own.units().rows()][];
      for (int i = 0; i < mine.length; i++) {
        mine[i] = rows[2 * i + v];
      }
      gradients[views[v]] = own.gradient(new Matrix(mine));
    }
  }

  @Override
  public Matrix scores(List<Matrix> embeddings) {
    return TupleScores.meanCosines(embeddings);
  }

  @Override
  public void close() {
    op.close();
  }
}
