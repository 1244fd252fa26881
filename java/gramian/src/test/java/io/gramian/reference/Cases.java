package io.gramian.reference;

import io.gramian.op.ClipMatched;
import io.gramian.op.Contrastive;
import io.gramian.op.Gram;
import io.gramian.op.LogDet;
import io.gramian.op.Matching;
import io.gramian.op.Mmd;
import io.gramian.op.Negatives;
import io.gramian.op.NtXent;
import io.gramian.op.Nway;
import io.gramian.op.Objective;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.PointCloudSimilarity.Kernel;
import io.gramian.op.SemanticDensity;
import io.gramian.op.SetClip;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import io.gramian.op.Volume;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Every differentiable op with inputs that exercise all of its gradients. */
final class Cases {
  private static final double[] PRESENT = {1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1, 1};

  private Cases() {}

  /** All, each with a random upstream gradient. */
  static List<Case> all() {
    return Stream.of(samples(), similarities(), contrastive(), product(), sets(), pointClouds())
        .flatMap(List::stream)
        .map(Case::upstream)
        .toList();
  }

  /** Those of ops whose result is a loss. */
  static List<Case> losses() {
    return all().stream()
        .filter(c -> c.op().signature(c.inputs().specs()).find("loss") != null)
        .toList();
  }

  private static List<Case> samples() {
    return List.of(
        new Case("gram", new Gram()).data("vectors", 3, 4, 6),
        new Case("logdet", new LogDet()).data("vectors", 3, 4, 6),
        new Case("logdet ridge", new LogDet(0.3)).data("vectors", 3, 4, 3),
        new Case("logdet k=1", new LogDet()).data("vectors", 3, 1, 5),
        new Case("volume", new Volume()).data("vectors", 3, 4, 6),
        new Case("volume unit", new Volume(true, 1e-4)).data("vectors", 3, 5, 7),
        new Case("volume k=1", new Volume()).data("vectors", 3, 1, 5));
  }

  /** The similarities with the size n of a tuple. */
  private record Sized(Similarity similarity, int n) {
    @Override
    public String toString() {
      return similarity.label() + " n=" + n;
    }
  }

  private static List<Sized> sized() {
    return List.of(
        new Sized(Similarity.cosine(), 1),
        new Sized(Similarity.volume(), 1),
        new Sized(Similarity.volume(), 3),
        new Sized(Similarity.jgcs(), 3),
        new Sized(Similarity.jgcsSquared(), 3),
        new Sized(Similarity.mip(), 3),
        new Sized(Similarity.area(), 2));
  }

  private static List<Case> similarities() {
    List<Case> cases = new ArrayList<>();
    for (Sized sized : sized()) {
      for (boolean normalize : List.of(true, false)) {
        String suffix = " " + sized + (normalize ? " unit" : " raw");
        cases.add(
            new Case("similarity" + suffix, new SimilarityMatrix(sized.similarity, normalize))
                .pairs(4, 3, sized.n, 7));
        cases.add(
            new Case("nway" + suffix, new Nway(sized.similarity, normalize))
                .modalities(3, sized.n + 1, 7)
                .data("modality1", 2, 7));
      }
      cases.add(
          new Case("similarity present " + sized, new SimilarityMatrix(sized.similarity))
              .pairs(4, 5, sized.n, 7)
              .values("present", present(sized.n), 5, sized.n));
    }
    return cases;
  }

  private static List<Case> contrastive() {
    List<Case> cases = new ArrayList<>();
    for (Sized sized : sized()) {
      Contrastive op = new Contrastive(sized.similarity);
      cases.add(
          new Case("infonce " + sized, op.labelSmoothing(0.1))
              .pairs(5, 5, sized.n, 8)
              .scalar("temperature", 0.3));
      cases.add(
          new Case("infonce labels " + sized, op.labelSmoothing(0))
              .pairs(4, 5, sized.n, 8)
              .labels(2, 0, 2, 4)
              .scalar("temperature", 0.4));
      cases.add(
          new Case("infonce present raw " + sized, op.normalize(false).labelSmoothing(0.2))
              .pairs(4, 5, sized.n, 4)
              .values("present", present(sized.n), 5, sized.n)
              .scalar("temperature", 2.5));
      cases.add(
          new Case("sigmoid " + sized, op.objective(Objective.sigmoid()))
              .pairs(4, 5, sized.n, 8)
              .labels(1, 0, 3, 3)
              .scalar("scale", 3)
              .scalar("bias", -1.5));
    }
    return cases;
  }

  private static List<Case> product() {
    return sized().stream()
        .map(
            sized ->
                new Case(
                        "product " + sized,
                        new Contrastive(sized.similarity).negatives(Negatives.PRODUCT))
                    .pairs(3, 3, sized.n, 8)
                    .scalar("temperature", 0.3))
        .toList();
  }

  private static List<Case> sets() {
    return List.of(
        new Case("matching", new Matching()).data("logits", 5, 2).labels(0, 1, 1, 0, 1),
        new Case("semantic-density", new SemanticDensity()).data("x", 6, 4).data("y", 4, 4),
        new Case("mmd", new Mmd(0.5, 2, 30)).data("x", 6, 4).data("y", 4, 4),
        new Case("nt-xent", new NtXent()).data("views", 8, 5).scalar("temperature", 0.4),
        new Case("clip-matched", new ClipMatched(3, 0.05))
            .data("image", 5, 6)
            .data("text", 5, 6)
            .scalar("temperature", 1.4),
        new Case(
                "set-clip",
                new SetClip(0.7, 2, 0.5, new double[] {0.5, 4}, SetClip.Weights.paper()))
            .data("image_views", 8, 5)
            .data("text_views", 8, 5));
  }

  private static List<Case> pointClouds() {
    return List.of(
        new Case("pointcloud-embed", new PointCloudEmbed())
            .data("points", 2, 4, 5)
            .data("weights", 2, 4)
            .data("frequencies", 7, 5)
            .data("phases", 7),
        clouds("pointcloud-similarity gaussian", new Kernel.Gaussian(0.5)),
        clouds("pointcloud-similarity imq", new Kernel.InverseMultiquadric(0.5)),
        new Case("pointcloud-contrastive", new PointCloudContrastive())
            .data("x_points", 3, 4, 5)
            .data("x_weights", 3, 4)
            .data("y_points", 3, 2, 5)
            .data("y_weights", 3, 2)
            .data("frequencies", 7, 5)
            .data("phases", 7)
            .scalar("scale", 5));
  }

  private static Case clouds(String name, Kernel kernel) {
    return new Case(name, new PointCloudSimilarity(kernel, 0.667, 0.333))
        .data("x_points", 2, 4, 5)
        .data("x_weights", 2, 4)
        .data("y_points", 3, 2, 5)
        .data("y_weights", 3, 2);
  }

  private static double[] present(int n) {
    return Arrays.copyOf(PRESENT, 5 * n);
  }
}
