package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.Bindings;
import io.gramian.bench.report.Subject;
import io.gramian.op.SetClip;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The whole loss of Set-CLIP (arXiv 2406.05766): a weighted sum of its five parts. */
@AutoService(Workload.class)
public final class SetClipWorkload implements Workload {
  /** For the service loader. */
  public SetClipWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(Sizes.both("set-clip", "", 2, 512, 1024, 2048).onDevice(8192));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    int matched = Sets.matched(subject);
    Bindings inputs =
        Bindings.of("image_views", Sets.rows(subject, source, 2, 0, 0))
            .with("text_views", Sets.rows(subject, source, 2, 1, Sets.SHIFT));
    double directions = 2.0 * matched / subject.batch();
    return Sets.loss(
        subject,
        new SetClip(matched),
        inputs,
        List.of("image_views", "text_views"),
        2 * 4 + 2 * 3 + directions,
        2 * 8 + 2 * 7 + 3 * directions);
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return form == Form.PUBLISHED
        ? Optional.of(inputs -> Torch.loss(inputs, Sets.matched(subject)))
        : Optional.empty();
  }

  private static final class Torch {
    static Tensor loss(Map<String, Tensor> inputs, int matched) {
      Tensor images = inputs.get("image_views");
      Tensor texts = inputs.get("text_views");
      Tensor image = evenRows(images);
      Tensor text = evenRows(texts);
      Scalar temperature = new Scalar(Sets.TEMPERATURE);
      return ntXent(images, temperature)
          .mul(new Scalar(0.1))
          .add(ntXent(texts, temperature), new Scalar(0.1))
          .add(SemanticDensityWorkload.Torch.loss(image, text), new Scalar(0.6))
          .add(MmdWorkload.Torch.loss(image, text), new Scalar(0.1))
          .add(TorchMath.clipLoss(torch.matmul(text, image.t()).div(temperature), matched));
    }

    private static Tensor ntXent(Tensor views, Scalar temperature) {
      return NtXentWorkload.Torch.loss(NtXentWorkload.Torch.cosines(views).div(temperature));
    }

    private static Tensor evenRows(Tensor views) {
      return views.slice(0, new LongOptional(0), new LongOptional(views.size(0)), 2);
    }
  }
}
