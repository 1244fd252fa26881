package io.gramian.bench.torch;

import io.gramian.bench.cases.CaseShape;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * GRAM's hard negatives: one tuple per anchor, drawn by the softmax of the scores.
 *
 * @param shape of the case
 */
record Draws(CaseShape shape) implements TorchExpression {
  private static final double TEMPERATURE = 0.07;
  private static final double FLOOR = 1e-4;

  @Override
  public Tensor result(Map<String, Tensor> inputs) {
    Tensor logits = Tuples.scores(shape, inputs).div(new Scalar(TEMPERATURE));
    Tensor weights = torch.softmax(logits, 1).add(new Scalar(FLOOR));
    return torch.multinomial(weights.fill_diagonal_(new Scalar(0f)), 1);
  }
}
