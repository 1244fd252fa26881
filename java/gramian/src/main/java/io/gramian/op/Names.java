package io.gramian.op;

import io.gramian.ParameterException;

/**
 * The names of the tensors of ops: the same in Java, on the command line and in files. The Javadoc
 * of an op gives the shapes of those that it has.
 */
public final class Names {
  /** The anchors of ops over anchors and tuples. */
  public static final String ANCHOR = "anchor";

  /** The vectors of each sample. */
  public static final String VECTORS = "vectors";

  /** 1 where a modality of a tuple exists and 0 where it is absent. */
  public static final String PRESENT = "present";

  /** The tuple, or the class, of each row. */
  public static final String LABELS = "labels";

  /** The temperature, as an input. */
  public static final String TEMPERATURE = "temperature";

  /** The factor of scores, as an input. */
  public static final String SCALE = "scale";

  /** The summand of scores, as an input. */
  public static final String BIAS = "bias";

  /** The number of a draw. */
  public static final String STEP = "step";

  /** Logits of two classes. */
  public static final String LOGITS = "logits";

  /** The first of two sets. */
  public static final String X = "x";

  /** The second of two sets. */
  public static final String Y = "y";

  /** Two views of each sample, in neighbouring rows. */
  public static final String VIEWS = "views";

  /** Images, one a row. */
  public static final String IMAGE = "image";

  /** Texts, one a row. */
  public static final String TEXT = "text";

  /** Two views of each image, in neighbouring rows. */
  public static final String IMAGE_VIEWS = "image_views";

  /** Two views of each text, in neighbouring rows. */
  public static final String TEXT_VIEWS = "text_views";

  /** The points of each cloud. */
  public static final String POINTS = "points";

  /** The weight of each point. */
  public static final String WEIGHTS = "weights";

  /** The points of each cloud of the first set. */
  public static final String X_POINTS = "x_points";

  /** The weights of these. */
  public static final String X_WEIGHTS = "x_weights";

  /** The points of each cloud of the second set. */
  public static final String Y_POINTS = "y_points";

  /** The weights of these. */
  public static final String Y_WEIGHTS = "y_weights";

  /** Frequencies of random features. */
  public static final String FREQUENCIES = "frequencies";

  /** Phases of random features. */
  public static final String PHASES = "phases";

  /** The loss, a scalar. */
  public static final String LOSS = "loss";

  /** Gram matrices. */
  public static final String GRAM = "gram";

  /** Log-determinants. */
  public static final String LOGDET = "logdet";

  /** Volumes. */
  public static final String VOLUME = "volume";

  /** The matrix of scores. */
  public static final String SIMILARITY = "similarity";

  /** The scores of all index tuples. */
  public static final String TENSOR = "tensor";

  /** Embeddings of point clouds. */
  public static final String EMBEDDING = "embedding";

  /** Indices of tuples. */
  public static final String INDICES = "indices";

  /** The scores of these. */
  public static final String SCORES = "scores";

  /** How many tuples come before the anchor's own. */
  public static final String RANKS = "ranks";

  /** The share of anchors whose own tuple is found. */
  public static final String RECALL = "recall";

  private static final String MODALITY = "modality";
  private static final String GRADIENT = "grad_";

  private Names() {}

  /**
   * {@return the name of a modality of a tuple}
   *
   * @param number from 1
   */
  public static String modality(int number) {
    return MODALITY + number;
  }

  /**
   * {@return the name of the gradient by a tensor: of an input an output, of an output an input}
   *
   * @param of name of the tensor
   */
  public static String gradient(String of) {
    return GRADIENT + of;
  }

  /**
   * {@return whether a name is that of a gradient}
   *
   * @param name of a tensor
   */
  public static boolean isGradient(String name) {
    ParameterException.requireNonNull(name, "a name");
    return name.startsWith(GRADIENT);
  }

  /** The name of the tensor of which another one is the gradient. */
  static String ofGradient(String gradient) {
    return gradient.substring(GRADIENT.length());
  }
}
