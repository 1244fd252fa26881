package io.gramian.op;

import io.gramian.ParameterException;
import java.util.List;

/**
 * How close an anchor a is to a tuple m_1..m_n; higher is closer. Every score is a function of Gram
 * entries: |a|^2, c_l = &lt;m_l, a&gt; and G = M M^T.
 */
public sealed interface Similarity {
  /** {@return the name on the command line} */
  String label();

  /** {@return fewest members of a tuple} */
  default int minTuple() {
    return 1;
  }

  /** {@return most members of a tuple} */
  default int maxTuple() {
    return 15;
  }

  /** &lt;a, m&gt;, for one modality beside the anchor (CLIP, arXiv 2103.00020). */
  record Cosine() implements Similarity {
    @Override
    public String label() {
      return "cosine";
    }

    @Override
    public int maxTuple() {
      return 1;
    }
  }

  /**
   * -sqrt(det Gram(a, m_1..m_n)), the negative volume of the parallelotope (GRAM, arXiv
   * 2412.11959).
   *
   * @param minVolume where the volume V is smaller, its gradient is scaled by 1/minVolume instead
   *     of 1/V
   */
  record Volume(double minVolume) implements Similarity {
    /** Checks the range. */
    public Volume {
      Checks.positive("similarity", "min_volume", minVolume);
    }

    /**
     * {@return a copy with another gradient bound}
     *
     * @param value where the volume V is smaller, its gradient is scaled by 1/minVolume instead of
     *     1/V
     */
    public Volume minVolume(double value) {
      return new Volume(value);
    }

    @Override
    public String label() {
      return "volume";
    }
  }

  /**
   * sqrt(1 - det Gram / product of squared norms): the cosine of the angle whose sine is the polar
   * sine (our reading of JGCS, arXiv 2505.03532).
   *
   * @param minScore where the score s is smaller, its gradient is scaled by 1/minScore instead of
   *     1/s
   */
  record Jgcs(double minScore) implements Similarity {
    /** Checks the range. */
    public Jgcs {
      Checks.positive("similarity", "min_score", minScore);
    }

    /**
     * {@return a copy with another gradient bound}
     *
     * @param value where the score s is smaller, its gradient is scaled by 1/minScore instead of
     *     1/s
     */
    public Jgcs minScore(double value) {
      return new Jgcs(value);
    }

    @Override
    public String label() {
      return "jgcs";
    }
  }

  /** 1 - det Gram / product of squared norms: the square of {@link Jgcs}. */
  record JgcsSquared() implements Similarity {
    @Override
    public String label() {
      return "jgcs-squared";
    }
  }

  /** sum_z a_z prod_l m_lz, the multilinear inner product (Symile, arXiv 2411.01053). */
  record Mip() implements Similarity {
    @Override
    public String label() {
      return "mip";
    }
  }

  /**
   * -(|u|^2 |w|^2 - (u.w)^2) / 2 with u = a - m_1, w = a - m_2, for two modalities beside the
   * anchor (TRIANGLE, arXiv 2509.24734, as its code computes it).
   */
  record Area() implements Similarity {
    @Override
    public String label() {
      return "area";
    }

    @Override
    public int minTuple() {
      return 2;
    }

    @Override
    public int maxTuple() {
      return 2;
    }
  }

  /**
   * The cosine of a with sum_l m_l, over the members present: sum_l c_l / (|a| sqrt(1^T G 1))
   * (spherical centroids). It is 0, with gradient 0, where a is zero, no member is present, or the
   * members cancel: where the sum's squared length is at most 1e-12 of the sum of theirs.
   */
  record Centroid() implements Similarity {
    @Override
    public String label() {
      return "centroid";
    }
  }

  /**
   * The largest eigenvalue of Gram(a, m_1..m_n), absent members left out: how much of the vectors'
   * squared lengths lies along one direction (PMRL's measure, arXiv 2507.17343, as the score of a
   * pair).
   *
   * <p>Its gradient is that of a simple eigenvalue, dG = v v^T. Eigenvalues within 1e-6 of the
   * largest count as equal to it; of m equal ones it is P / m, P the projection on their
   * eigenvectors: the mean of their gradients, which depends on no choice of them.
   */
  record Eigen() implements Similarity {
    /** How near to the largest eigenvalue, relative to it, another one counts as equal. */
    public static final double EQUAL = 1e-6;

    @Override
    public String label() {
      return "eigen";
    }

    @Override
    public int maxTuple() {
      return 7;
    }
  }

  /** {@return cosine similarity} */
  static Cosine cosine() {
    return new Cosine();
  }

  /** {@return negative volume with the default gradient bound of 1e-4} */
  static Volume volume() {
    return new Volume(1e-4);
  }

  /** {@return joint generalised cosine similarity with the default gradient bound of 1e-4} */
  static Jgcs jgcs() {
    return new Jgcs(1e-4);
  }

  /** {@return the square of {@link #jgcs}} */
  static JgcsSquared jgcsSquared() {
    return new JgcsSquared();
  }

  /** {@return multilinear inner product} */
  static Mip mip() {
    return new Mip();
  }

  /** {@return negative squared area of a triangle} */
  static Area area() {
    return new Area();
  }

  /** {@return cosine with the sum of the tuple} */
  static Centroid centroid() {
    return new Centroid();
  }

  /** {@return largest eigenvalue} */
  static Eigen eigen() {
    return new Eigen();
  }

  /** {@return every similarity, with its default parameters} */
  static List<Similarity> all() {
    return List.of(cosine(), volume(), jgcs(), jgcsSquared(), mip(), area(), centroid(), eigen());
  }

  /**
   * Reads the parameter {@code similarity} and those of the similarity that it names.
   *
   * @param parameters what was given
   * @return the similarity
   */
  static Similarity parse(Parameters parameters) {
    ParameterException.requireNonNull(parameters, "parameters");
    List<String> labels = all().stream().map(Similarity::label).toList();
    String label = parameters.choice("similarity", volume().label(), labels);
    return switch (all().get(labels.indexOf(label))) {
      case Volume volume -> new Volume(parameters.number("min_volume", volume.minVolume()));
      case Jgcs jgcs -> new Jgcs(parameters.number("min_score", jgcs.minScore()));
      case Cosine _, JgcsSquared _, Mip _, Area _, Centroid _, Eigen _ ->
          all().get(labels.indexOf(label));
    };
  }
}
