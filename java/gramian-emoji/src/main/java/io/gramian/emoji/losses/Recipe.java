package io.gramian.emoji.losses;

import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.cli.UserException;
import io.gramian.emoji.data.Modality;
import io.gramian.op.Contrastive;
import io.gramian.op.Objective;
import io.gramian.op.Op;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.Principal;
import io.gramian.op.SetClip;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import io.gramian.op.Uniformity;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The losses to train with, by name. */
public enum Recipe {
  /** GRAM: negative volume, InfoNCE. */
  GRAM("gram", "GRAM: volume of the parallelotope, InfoNCE", 1) {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      return tuples(device, options, new Contrastive(Similarity.volume()).temperature(temperature));
    }
  },
  /** GRAM as its authors' code trains: gathered rows carry no gradient. */
  GRAM_AUTHORS("gram-authors", "GRAM as its authors train: no gradient of gathered rows", 1) {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      return tuples(
          device,
          options,
          new Contrastive(Similarity.volume()).temperature(temperature).gatherWithGrad(false));
    }
  },
  /** GHA: joint generalised cosine similarity, InfoNCE. */
  GHA("gha", "GHA: joint generalised cosine similarity, InfoNCE", 2) {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      return tuples(device, options, new Contrastive(Similarity.jgcs()).temperature(temperature));
    }
  },
  /** CLIP: cosine of the anchor with each modality, InfoNCE. */
  CLIP("clip", "CLIP: cosine, InfoNCE", 0.25) {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      return pairs(
          device,
          options,
          new Contrastive(Similarity.cosine()).temperature(temperature).labelSmoothing(0));
    }
  },
  /** Set-CLIP: half of the matches, and the distributions of the rest. */
  SET_CLIP("set-clip", "Set-CLIP: half of the matches known, semantic density of all", 2) {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      return setClip(device, options, Math.max(1, options.batch() / 2), temperature);
    }

    @Override
    AlignmentLoss preparePart(Device device, TrainingOptions options, double temperature) {
      return setClip(device, options, options.batch(), temperature);
    }

    private static AlignmentLoss setClip(
        Device device, TrainingOptions options, int matched, double temperature) {
      return new SetClipLoss(
          device, options.modalities(), options.batch(), options.dimension(), matched, temperature);
    }

    @Override
    public double usualTemperature(TrainingOptions options) {
      return new SetClip(1).temperature();
    }

    @Override
    boolean learnsTemperature() {
      return false;
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
  WPSE("wpse", "WPSE: weighted point clouds, InfoNCE", 0.25) {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      return new PointCloudLoss(
          device,
          options.modalities().size(),
          options.batch(),
          options.dimension(),
          options.seed(),
          temperature);
    }

    @Override
    public double usualTemperature(TrainingOptions options) {
      return 1 / new PointCloudContrastive().scale();
    }

    @Override
    public List<Class<? extends Op>> ops() {
      return List.of(PointCloudContrastive.class, PointCloudEmbed.class);
    }
  },
  /** Symile: multilinear inner product, InfoNCE. */
  SYMILE("symile", "Symile: multilinear inner product, InfoNCE", 2) {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      return tuples(
          device,
          options,
          new Contrastive(Similarity.mip()).temperature(temperature).labelSmoothing(0));
    }

    /** The products of unit vectors scatter by this much at first: logits of about 1. */
    @Override
    public double usualTemperature(TrainingOptions options) {
      return Math.pow(options.dimension(), -0.5 * (options.modalities().size() - 1));
    }
  },
  /** TRIANGLE: area of the triangle of three modalities, InfoNCE. */
  TRIANGLE("triangle", "TRIANGLE: area of the triangle, InfoNCE", 4) {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      return tuples(device, options, new Contrastive(Similarity.area()).temperature(temperature));
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
  SIGLIP("siglip", "SigLIP: cosine, sigmoid", 1) {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      // One match and the many others weigh the same at first.
      double bias = -Math.log(options.batch() - 1);
      Objective sigmoid = new Objective.Sigmoid(1 / temperature, bias);
      return pairs(device, options, new Contrastive(Similarity.cosine()).objective(sigmoid));
    }

    /** The inverse of the scale that SigLIP starts from. */
    @Override
    public double usualTemperature(TrainingOptions options) {
      return 0.1;
    }
  },
  /** Spherical centroids: cosine of the anchor with the sum of the tuple, InfoNCE. */
  CENTROID("centroid", "Spherical centroids: cosine with the sum of the tuple, InfoNCE", 2) {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      return tuples(
          device, options, new Contrastive(Similarity.centroid()).temperature(temperature));
    }
  },
  /** PMRL's measure as a score: the largest eigenvalue of anchor and tuple, InfoNCE. */
  EIGEN("eigen", "PMRL's measure: largest eigenvalue of the Gram matrix, InfoNCE", 0.5) {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      return tuples(device, options, new Contrastive(Similarity.eigen()).temperature(temperature));
    }
  },
  /** PMRL: singular values and leading directions of whole samples. */
  PRINCIPAL("principal", "PMRL: singular values and leading directions of samples", 2) {
    /** That of directions; that of singular values keeps the paper's ratio to it. */
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      Principal paper = new Principal();
      double ratio = paper.temperatureValues() / paper.temperatureDirections();
      return new PrincipalLoss(
          device,
          paper.temperatureDirections(temperature).temperatureValues(ratio * temperature),
          options.modalities().size(),
          options.batch(),
          options.dimension());
    }

    @Override
    public double usualTemperature(TrainingOptions options) {
      return new Principal().temperatureDirections();
    }

    @Override
    boolean learnsTemperature() {
      return false;
    }

    @Override
    public List<Class<? extends Op>> ops() {
      return List.of(Principal.class, SimilarityMatrix.class);
    }
  },
  /** Uniformity of each modality, beside a loss that aligns them. */
  UNIFORMITY("uniformity", "Uniformity: each modality spread over the sphere", 1) {
    @Override
    AlignmentLoss prepare(Device device, TrainingOptions options, double temperature) {
      return new UniformityLoss(
          device, new Uniformity().t(1 / temperature), options.batch(), options.dimension());
    }

    /** The inverse of the factor of squared distances. */
    @Override
    public double usualTemperature(TrainingOptions options) {
      return 1 / new Uniformity().t();
    }

    @Override
    boolean learnsTemperature() {
      return false;
    }

    @Override
    public boolean standsAlone() {
      return false;
    }

    @Override
    public List<Class<? extends Op>> ops() {
      return List.of(Uniformity.class);
    }
  };

  /** The temperature of GRAM and of most others that train by InfoNCE. */
  private static final double USUAL_TEMPERATURE = 0.07;

  private final String key;
  private final String title;
  private final double temperatureFactor;

  Recipe(String key, String title, double temperatureFactor) {
    this.key = key;
    this.title = title;
    this.temperatureFactor = temperatureFactor;
  }

  abstract AlignmentLoss prepare(Device device, TrainingOptions options, double temperature);

  /** The loss as a part of a sum, whose samples all match. */
  AlignmentLoss preparePart(Device device, TrainingOptions options, double temperature) {
    return prepare(device, options, temperature);
  }

  /** What is usual for the loss: the start of its paper, or of its op. */
  public double usualTemperature(TrainingOptions options) {
    return USUAL_TEMPERATURE;
  }

  /**
   * The factor between the usual temperature and the one that did best on validation emoji, by
   * {@code gramian train --choose-temperature}.
   *
   * @return above 0
   */
  public double temperatureFactor() {
    return temperatureFactor;
  }

  /** The temperature to start with where none is asked for; of a scale its inverse. */
  double temperature(TrainingOptions options) {
    return temperatureFactor * usualTemperature(options);
  }

  /** Whether the temperature is trained along, or stays as it is. */
  boolean learnsTemperature() {
    return true;
  }

  /** Whether members of tuples may be missing. */
  boolean takesMissing() {
    return switch (this) {
      case GRAM, GRAM_AUTHORS, GHA, SYMILE, CENTROID, EIGEN -> true;
      default -> false;
    };
  }

  /**
   * Whether it aligns modalities by itself, or only goes with a loss that does.
   *
   * @return whether it may be trained alone
   */
  public boolean standsAlone() {
    return true;
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
   * Prepares the loss for batches of one size, with its default temperature.
   *
   * @param device where to compute
   * @param options modalities, batch, dimension, missing and seed count
   * @return the loss; close it after use
   * @throws GramianException if the device lacks an op
   * @throws UserException if the loss does not take these options
   */
  public AlignmentLoss open(Device device, TrainingOptions options) {
    return LossSpec.of(this).open(device, options);
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
