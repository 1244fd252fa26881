package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.op.Matching;
import java.util.List;

/** Cases of the data-anchor matching loss. */
final class MatchingCases implements CaseFamily {
  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    Bindings upstream = at(random, 8).with("grad_loss", Tensor.of(new double[] {2.5}));
    Tensor extreme = Tensor.of(new double[] {80, -80, -80, 80, 300, 300}, 3, 2);
    Bindings far = Bindings.of("logits", extreme).with("labels", Tensor.of(new int[] {1, 1, 0}, 3));
    Tensor right = Tensor.of(new double[] {7, -9, -6, 8, 15.5, 1, -13, 5}, 4, 2);
    Bindings sure =
        Bindings.of("logits", right).with("labels", Tensor.of(new int[] {0, 1, 0, 1}, 4));
    return List.of(
        new ValidationCase("M=1", new Matching(), at(random, 1)),
        new ValidationCase("M=37", new Matching(), at(random, 37)),
        new ValidationCase("M=1031", new Matching(), at(random, 1031)).withStrides(),
        new ValidationCase("upstream", new Matching(), upstream),
        new ValidationCase("large logits", new Matching(), far),
        new ValidationCase("sure", new Matching(), sure));
  }

  private static Bindings at(CaseRandom random, int count) {
    return Bindings.of("logits", random.normal(count, 2)).with("labels", random.integers(2, count));
  }
}
