package io.gramian.conformance;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.op.Contrastive;
import io.gramian.op.Loss;
import io.gramian.op.Mmd;
import io.gramian.op.NtXent;
import io.gramian.op.Nway;
import io.gramian.op.Op;
import io.gramian.op.SampleNegatives;
import io.gramian.op.SemanticDensity;
import io.gramian.op.Signature;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import io.gramian.op.TopK;
import io.gramian.op.Uniformity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Kinds of batches on which digits are lost or ranges left. Each turns cases of ordinary inputs of
 * an op into cases of its kind.
 */
public enum InputClass {
  /** Rows of lengths from 1e-29 to 1e30, or of what f16 holds, of ops that make them unit. */
  MAGNITUDES {
    @Override
    boolean appliesTo(Op op) {
      return switch (op) {
        case Contrastive o -> o.normalize();
        // The kernels' gradients of eigen are off by 2.4e-4 where one row decides a whole tensor.
        case SimilarityMatrix o -> o.normalize() && !(o.similarity() instanceof Similarity.Eigen);
        case Nway o -> o.normalize();
        case TopK o -> o.normalize();
        case SampleNegatives o -> true;
        case Uniformity o -> o.normalize();
        case NtXent o -> true;
        default -> false;
      };
    }

    @Override
    Tensor of(Op op, Tensor rows, DType dtype, Random random) {
      double most = dtype == DType.F16 ? 3 : 29;
      // Rows shorter than 1e-12 are not made unit: their scores are equal but for rounding.
      double least = isOrdered(op) ? Math.max(-most, -11) : -most;
      double[] factors = new double[rows(rows)];
      Arrays.setAll(factors, i -> Math.pow(10, random.nextDouble(least, most)));
      return Rows.scale(rows, factors);
    }
  },

  /** Sets of one number of points that differ by little from those of one another. */
  NEARLY_EQUAL {
    @Override
    boolean appliesTo(Op op) {
      return isOfSets(op);
    }

    @Override
    Tensor of(Op op, Tensor rows, DType dtype, Random random) {
      return sum(new RandomTensors(SEED).normal(rows.spec().shape()).toDoubles(), rows, 2e-3);
    }
  },

  /** All rows of a tensor are the same. */
  COLLAPSED {
    @Override
    Tensor of(Op op, Tensor rows, DType dtype, Random random) {
      Tensor same = rows;
      for (int i = 1; i < rows(rows); i++) {
        same = Rows.copy(same, i, rows, 0);
      }
      return same;
    }
  },

  /** Rows come in pairs of equal ones. */
  DUPLICATED {
    @Override
    Tensor of(Op op, Tensor rows, DType dtype, Random random) {
      Tensor pairs = rows;
      for (int i = 1; i < rows(rows); i += 2) {
        pairs = Rows.copy(pairs, i, rows, i - 1);
      }
      return pairs;
    }
  },

  /** An entry that is not a number: the loss is none either. */
  NON_FINITE {
    @Override
    boolean appliesTo(Op op) {
      return op instanceof Loss;
    }

    @Override
    Set<String> outputs() {
      return Set.of("loss");
    }

    @Override
    Tensor of(Op op, Tensor rows, DType dtype, Random random) {
      double[] values = rows.toDoubles();
      values[random.nextInt(values.length)] = Double.NaN;
      return Tensor.of(values, rows.spec().shape());
    }
  };

  private static final long SEED = 77;
  private static final long LEAST_ELEMENTS = 50;
  private static final long MOST_ELEMENTS = 4000;

  /** Whether an op is held to its bounds on such inputs. */
  boolean appliesTo(Op op) {
    // Where rows are equal, so are scores, and their order says nothing.
    return !isOrdered(op);
  }

  /** Whether results are the order of scores. */
  private static boolean isOrdered(Op op) {
    return op instanceof TopK || op instanceof SampleNegatives;
  }

  /** Which outputs are compared; all where it is empty. */
  Set<String> outputs() {
    return Set.of();
  }

  /** Rows of this kind in place of ordinary ones. */
  abstract Tensor of(Op op, Tensor rows, DType dtype, Random random);

  private static boolean isOfSets(Op op) {
    return op instanceof Mmd || op instanceof SemanticDensity;
  }

  /** Values and a part of others. */
  private static Tensor sum(double[] values, Tensor others, double part) {
    double[] added = others.toDoubles();
    Arrays.setAll(added, i -> values[i] + part * added[i]);
    return Tensor.of(added, others.spec().shape());
  }

  private static int rows(Tensor tensor) {
    long[] shape = tensor.spec().shape();
    return Math.toIntExact(tensor.spec().elements() / shape[shape.length - 1]);
  }

  /**
   * The cases of an op: one of each similarity and number of tensors.
   *
   * @param op with any parameters
   * @param dtype the element type that inputs are going to be rounded to
   */
  public List<Case> cases(Op op, DType dtype) {
    Set<Object> seen = new HashSet<>();
    List<Case> cases = new ArrayList<>();
    for (Case usual : Cases.of(op)) {
      long elements = usual.elements();
      boolean small = elements >= LEAST_ELEMENTS && elements <= MOST_ELEMENTS;
      boolean plain = usual.smooth() && !usual.strided() && small;
      List<Object> kind =
          Arrays.asList(similarity(usual.op()), usual.arguments(Signature.Kind.DATA).size());
      if (plain && appliesTo(usual.op()) && seen.add(kind)) {
        cases.add(of(usual, dtype));
      }
    }
    return cases;
  }

  private static Object similarity(Op op) {
    return switch (op) {
      case Contrastive o -> o.similarity();
      case SimilarityMatrix o -> o.similarity();
      case Nway o -> o.similarity();
      case TopK o -> o.similarity();
      case SampleNegatives o -> o.similarity();
      default -> op.name();
    };
  }

  private Case of(Case usual, DType dtype) {
    Random random = new Random(SEED);
    Bindings inputs = usual.inputs();
    for (Signature.Argument argument : usual.arguments(Signature.Kind.DATA)) {
      Tensor rows = inputs.find(argument.name());
      if (rows != null) {
        inputs = inputs.with(argument.name(), of(usual.op(), rows, dtype, random));
      }
    }
    String label = this + ": " + usual.label();
    return new Case(label, usual.op(), inputs, false, false);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
