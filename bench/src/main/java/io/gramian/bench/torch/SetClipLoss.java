package io.gramian.bench.torch;

import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The whole loss of Set-CLIP (arXiv 2406.05766): a weighted sum of its five parts.
 *
 * @param matched samples that are known to match
 */
record SetClipLoss(int matched) implements TorchExpression {
  private static final double TEMPERATURE = 0.05;

  @Override
  public Tensor result(Map<String, Tensor> inputs) {
    Tensor images = inputs.get("image_views");
    Tensor texts = inputs.get("text_views");
    Tensor image = evenRows(images);
    Tensor text = evenRows(texts);
    Scalar temperature = new Scalar(TEMPERATURE);
    return NtXentLoss.of(NtXentLoss.cosines(images).div(temperature))
        .mul(new Scalar(0.1))
        .add(NtXentLoss.of(NtXentLoss.cosines(texts).div(temperature)), new Scalar(0.1))
        .add(SemanticDensityLoss.of(image, text), new Scalar(0.6))
        .add(MmdLoss.of(image, text), new Scalar(0.1))
        .add(ClipMatchedLoss.of(torch.matmul(text, image.t()).div(temperature), matched));
  }

  private static Tensor evenRows(Tensor views) {
    return views.slice(0, new LongOptional(0), new LongOptional(views.size(0)), 2);
  }
}
