package io.gramian.cli.train;

import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.op.Contrastive;
import io.gramian.op.Objective;
import io.gramian.op.Similarity;
import java.util.Arrays;
import java.util.List;

/** The losses to train with, by name. */
public enum Recipe {
  /** GRAM: negative volume, InfoNCE. */
  GRAM("gram", "GRAM: volume of the parallelotope, InfoNCE") {
    @Override
    Contrastive op() {
      return new Contrastive(Similarity.volume());
    }
  },
  /** GHA: joint generalised cosine similarity, InfoNCE. */
  GHA("gha", "GHA: joint generalised cosine similarity, InfoNCE") {
    @Override
    Contrastive op() {
      return new Contrastive(Similarity.jgcs());
    }
  },
  /** CLIP: cosine of the anchor with each modality, InfoNCE. */
  CLIP("clip", "CLIP: cosine, InfoNCE") {
    @Override
    Contrastive op() {
      return new Contrastive(Similarity.cosine()).labelSmoothing(0);
    }
  },
  /** SigLIP: cosine of the anchor with each modality, sigmoid. */
  SIGLIP("siglip", "SigLIP: cosine, sigmoid") {
    @Override
    Contrastive op() {
      return new Contrastive(Similarity.cosine()).objective(Objective.sigmoid());
    }
  },
  /** TRIANGLE: area of the triangle of three modalities, InfoNCE. */
  TRIANGLE("triangle", "TRIANGLE: area of the triangle, InfoNCE") {
    @Override
    Contrastive op() {
      return new Contrastive(Similarity.area());
    }
  },
  /** Symile: multilinear inner product, InfoNCE. */
  SYMILE("symile", "Symile: multilinear inner product, InfoNCE") {
    @Override
    Contrastive op() {
      return new Contrastive(Similarity.mip()).labelSmoothing(0);
    }
  };

  private final String key;
  private final String title;

  Recipe(String key, String title) {
    this.key = key;
    this.title = title;
  }

  abstract Contrastive op();

  /**
   * The name on the command line.
   *
   * @return lower case
   */
  public String key() {
    return key;
  }

  /**
   * The name for people.
   *
   * @return a title
   */
  public String title() {
    return title;
  }

  /**
   * Prepares the loss for batches of one size.
   *
   * @param device where to compute
   * @param modalities how many modalities, the anchor among them
   * @param batch samples per batch
   * @param dimension the width of embeddings
   * @return the loss; close it after use
   * @throws GramianException if the device lacks the op, or the loss does not take so many
   *     modalities
   */
  public AlignmentLoss open(Device device, int modalities, int batch, int dimension) {
    Contrastive op = op();
    if (op.similarity().maxTuple() == 1) {
      return new AnchorPairsLoss(
          new ContrastiveLoss(device, op, 2, batch, dimension), modalities - 1);
    }
    return new ContrastiveLoss(device, op, modalities, batch, dimension);
  }

  /**
   * The recipe of a name.
   *
   * @param key as {@link #key()}
   * @return the recipe
   * @throws IllegalArgumentException if there is none; the message lists them
   */
  public static Recipe of(String key) {
    return Arrays.stream(values())
        .filter(recipe -> recipe.key.equals(key))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("unknown loss '" + key + "'; there are " + keys()));
  }

  private static List<String> keys() {
    return Arrays.stream(values()).map(Recipe::key).toList();
  }
}
