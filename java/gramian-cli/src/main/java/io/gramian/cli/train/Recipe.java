package io.gramian.cli.train;

import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.cli.UserException;
import io.gramian.cli.emoji.Modality;
import io.gramian.op.Contrastive;
import io.gramian.op.Objective;
import io.gramian.op.Op;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.SetClip;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The losses to train with, by name. */
public enum Recipe {
  /** GRAM: negative volume, InfoNCE. */
  GRAM("gram", "GRAM: volume of the parallelotope, InfoNCE") {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options) {
      return tuples(device, options, new Contrastive(Similarity.volume()));
    }
  },
  /** GHA: joint generalised cosine similarity, InfoNCE. */
  GHA("gha", "GHA: joint generalised cosine similarity, InfoNCE") {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options) {
      return tuples(device, options, new Contrastive(Similarity.jgcs()));
    }
  },
  /** CLIP: cosine of the anchor with each modality, InfoNCE. */
  CLIP("clip", "CLIP: cosine, InfoNCE") {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options) {
      return pairs(device, options, new Contrastive(Similarity.cosine()).labelSmoothing(0));
    }
  },
  /** Set-CLIP: half of the matches, and the distributions of the rest. */
  SET_CLIP("set-clip", "Set-CLIP: half of the matches known, semantic density of all") {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options) {
      return setClip(device, options, Math.max(1, options.batch() / 2));
    }

    @Override
    AlignmentLoss preparePart(Device device, TrainingOptions options) {
      return setClip(device, options, options.batch());
    }

    private static AlignmentLoss setClip(Device device, TrainingOptions options, int matched) {
      return new SetClipLoss(
          device, options.modalities(), options.batch(), options.dimension(), matched);
    }

    @Override
    public List<Class<? extends Op>> ops() {
      return List.of(SetClip.class);
    }

    @Override
    int fewestModalities() {
      return Modality.values().length;
    }
  },
  /** WPSE: weighted point clouds, InfoNCE. */
  WPSE("wpse", "WPSE: weighted point clouds, InfoNCE") {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options) {
      return new PointCloudLoss(
          device,
          options.modalities().size(),
          options.batch(),
          options.dimension(),
          options.seed());
    }

    @Override
    public List<Class<? extends Op>> ops() {
      return List.of(PointCloudContrastive.class, PointCloudEmbed.class);
    }
  },
  /** Symile: multilinear inner product, InfoNCE. */
  SYMILE("symile", "Symile: multilinear inner product, InfoNCE") {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options) {
      // The products of unit vectors scatter by this much at first: logits of about 1.
      double temperature = Math.pow(options.dimension(), -0.5 * (options.modalities().size() - 1));
      return tuples(
          device,
          options,
          new Contrastive(Similarity.mip()).temperature(temperature).labelSmoothing(0));
    }
  },
  /** TRIANGLE: area of the triangle of three modalities, InfoNCE. */
  TRIANGLE("triangle", "TRIANGLE: area of the triangle, InfoNCE") {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options) {
      return tuples(device, options, new Contrastive(Similarity.area()));
    }

    @Override
    public List<Modality> defaultModalities() {
      return List.of(Modality.ENGLISH, Modality.FRENCH, Modality.NOTO);
    }

    @Override
    int fewestModalities() {
      return 3;
    }
  },
  /** SigLIP: cosine of the anchor with each modality, sigmoid. */
  SIGLIP("siglip", "SigLIP: cosine, sigmoid") {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options) {
      // One match and the many others weigh the same at first. The scale is half of what SigLIP's
      // long trainings start from: short ones learn faster by it.
      double bias = -Math.log(options.batch() - 1);
      return pairs(
          device,
          options,
          new Contrastive(Similarity.cosine()).objective(new Objective.Sigmoid(5, bias)));
    }
  };

  private final String key;
  private final String title;

  Recipe(String key, String title) {
    this.key = key;
    this.title = title;
  }

  abstract AlignmentLoss prepare(Device device, TrainingOptions options);

  /** The loss as a part of a sum, whose samples all match. */
  AlignmentLoss preparePart(Device device, TrainingOptions options) {
    return prepare(device, options);
  }

  /** Whether members of tuples may be missing. */
  boolean takesMissing() {
    return this == GRAM || this == GHA || this == SYMILE;
  }

  /** How many the loss is defined for, at least; at most as many as the default. */
  int fewestModalities() {
    return 2;
  }

  private static AlignmentLoss tuples(Device device, TrainingOptions options, Contrastive op) {
    return new ContrastiveLoss(
        device,
        op,
        options.modalities().size(),
        options.batch(),
        options.dimension(),
        options.missing() > 0);
  }

  private static AlignmentLoss pairs(Device device, TrainingOptions options, Contrastive op) {
    return new AnchorPairsLoss(
        new ContrastiveLoss(device, op, 2, options.batch(), options.dimension(), false),
        options.others().size());
  }

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
   * The modalities to train where none are asked for.
   *
   * @return the anchor first
   */
  public List<Modality> defaultModalities() {
    return List.of(Modality.values());
  }

  /**
   * The ops that the loss and its scores run.
   *
   * @return their classes
   */
  public List<Class<? extends Op>> ops() {
    return List.of(Contrastive.class, SimilarityMatrix.class);
  }

  /**
   * Prepares the loss for batches of one size.
   *
   * @param device where to compute
   * @param options modalities, batch, dimension, missing and seed count
   * @return the loss; close it after use
   * @throws GramianException if the device lacks an op
   * @throws UserException if the loss does not take these options
   */
  public AlignmentLoss open(Device device, TrainingOptions options) {
    check(options);
    return prepare(device, options);
  }

  /** Refuses options that the loss does not take. */
  void check(TrainingOptions options) {
    if (options.missing() > 0 && !takesMissing()) {
      throw new UserException(
          "--loss "
              + key
              + " needs every modality of a sample; --missing goes with "
              + Arrays.stream(values())
                  .filter(Recipe::takesMissing)
                  .map(Recipe::key)
                  .collect(Collectors.joining(", ")));
    }
    int fewest = fewestModalities();
    int most = defaultModalities().size();
    int given = options.modalities().size();
    if (given < fewest || given > most) {
      throw new UserException(
          "--loss "
              + key
              + " takes "
              + (fewest == most ? fewest : fewest + " to " + most)
              + " --modalities, for instance "
              + keys(defaultModalities())
              + "; got "
              + keys(options.modalities()));
    }
  }

  private static String keys(List<Modality> modalities) {
    return modalities.stream().map(Modality::key).collect(Collectors.joining(","));
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
