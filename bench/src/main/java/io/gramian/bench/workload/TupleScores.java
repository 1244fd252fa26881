package io.gramian.bench.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Scores of all anchors with all tuples in PyTorch, higher for closer. What is published is slow
 * where it makes a matrix, or the difference of two vectors, of every pair. The closed form needs a
 * matrix product per member of the tuples and operations on [B,B]: the part of an anchor that lies
 * in the span of a tuple is what it has in common with an orthonormal basis of that span, and the
 * rest is its Schur complement.
 */
final class TupleScores {
  private TupleScores() {}

  /** The expression of the matrix of scores; empty where there is none of this form. */
  static Optional<Expression> expression(String similarity, Form form) {
    return (form == Form.PUBLISHED ? published(similarity) : closed(similarity))
        .map(scores -> inputs -> scores.apply(inputs.get("anchor"), members(inputs)));
  }

  private static Optional<BiFunction<Tensor, List<Tensor>, Tensor>> published(String similarity) {
    return Optional.ofNullable(
        switch (similarity) {
          case "cosine" -> (a, members) -> torch.matmul(a, members.getFirst().t());
          case "volume" -> (a, members) -> determinants(a, members).abs().sqrt().neg();
          case "jgcs" -> (a, members) -> jointCosine(relative(a, members)).sqrt();
          case "jgcs-squared" -> (a, members) -> jointCosine(relative(a, members));
          case "area" -> TupleScores::areaOfDifferences;
          case "mip" -> (a, members) -> torch.matmul(a, elementwise(members).t());
          case "eigen" -> (a, members) -> TorchMath.largestEigenvalues(gram(a, members));
          case "centroid" -> TupleScores::centroidCosines;
          default -> null;
        });
  }

  private static Optional<BiFunction<Tensor, List<Tensor>, Tensor>> closed(String similarity) {
    return Optional.ofNullable(
        switch (similarity) {
          case "volume" -> (a, members) -> new Basis(members).volumes(a).neg();
          case "jgcs" -> (a, members) -> jointCosine(new Basis(members).relative(a)).sqrt();
          case "jgcs-squared" -> (a, members) -> jointCosine(new Basis(members).relative(a));
          case "area" -> TupleScores::areaOfProducts;
          default -> null; // what is published is as good
        });
  }

  private static List<Tensor> members(Map<String, Tensor> inputs) {
    List<Tensor> members = new ArrayList<>();
    for (Tensor next; (next = inputs.get("modality" + (members.size() + 1))) != null; ) {
      members.add(next);
    }
    return members;
  }

  /**
   * As GRAM (arXiv 2412.11959) computes them: the Gram matrices of all pairs stacked to [B,B,k,k],
   * and their determinants by {@code linalg_det}.
   */
  private static Tensor determinants(Tensor anchor, List<Tensor> members) {
    return TorchMath.determinants(gram(anchor, members));
  }

  /** The Gram matrices of all pairs, element by element. */
  private static Tensor[][] gram(Tensor anchor, List<Tensor> members) {
    long rows = anchor.size(0);
    long columns = members.getFirst().size(0);
    int k = members.size() + 1;
    Tensor[][] gram = new Tensor[k][k];
    gram[0][0] = TorchMath.squares(anchor).unsqueeze(1).expand(rows, columns);
    for (int i = 1; i < k; i++) {
      Tensor one = members.get(i - 1);
      gram[0][i] = torch.matmul(anchor, one.t());
      gram[i][0] = gram[0][i];
      for (int j = 1; j < k; j++) {
        gram[i][j] = TorchMath.dots(one, members.get(j - 1)).unsqueeze(0).expand(rows, columns);
      }
    }
    return gram;
  }

  /** Determinants over the product of the squared lengths: the squared polar sine. */
  private static Tensor relative(Tensor anchor, List<Tensor> members) {
    Tensor lengths = TorchMath.squares(anchor).unsqueeze(1);
    for (Tensor member : members) {
      lengths = lengths.mul(TorchMath.squares(member).unsqueeze(0));
    }
    return determinants(anchor, members).div(lengths);
  }

  /** JGCS (arXiv 2505.03532), squared. */
  private static Tensor jointCosine(Tensor squaredPolarSine) {
    return squaredPolarSine.neg().add(new Scalar(1f)).clamp_min(new Scalar(1e-8));
  }

  /** As TRIANGLE (arXiv 2509.24734) computes it, from tensors [B,B,d]. */
  private static Tensor areaOfDifferences(Tensor anchor, List<Tensor> members) {
    Tensor rows = anchor.unsqueeze(1);
    Tensor u = rows.sub(members.get(0).unsqueeze(0));
    Tensor w = rows.sub(members.get(1).unsqueeze(0));
    return area(pairDots(u, u), pairDots(w, w), pairDots(u, w));
  }

  private static Tensor pairDots(Tensor a, Tensor b) {
    return a.mul(b).sum(2);
  }

  /** The same from dot products: |a - m|^2 = |a|^2 - 2 a.m + |m|^2. */
  private static Tensor areaOfProducts(Tensor anchor, List<Tensor> members) {
    Tensor one = members.get(0);
    Tensor other = members.get(1);
    Tensor own = TorchMath.squares(anchor).unsqueeze(1);
    Tensor withOne = torch.matmul(anchor, one.t());
    Tensor withOther = torch.matmul(anchor, other.t());
    Tensor u = own.sub(withOne, new Scalar(2f)).add(TorchMath.squares(one).unsqueeze(0));
    Tensor w = own.sub(withOther, new Scalar(2f)).add(TorchMath.squares(other).unsqueeze(0));
    Tensor uw = own.sub(withOne).sub(withOther).add(TorchMath.dots(one, other).unsqueeze(0));
    return area(u, w, uw);
  }

  private static Tensor area(Tensor uu, Tensor ww, Tensor uw) {
    return uu.mul(ww).sub(uw.mul(uw)).div(new Scalar(-2f));
  }

  /** Symile's product of the members, which one matrix product holds against all anchors. */
  private static Tensor elementwise(List<Tensor> members) {
    Tensor product = members.getFirst();
    for (Tensor member : members.subList(1, members.size())) {
      product = product.mul(member);
    }
    return product;
  }

  /** Cosines with the sums of the tuples, of anchors of any length. */
  private static Tensor centroidCosines(Tensor anchor, List<Tensor> members) {
    Tensor sum = members.getFirst();
    for (Tensor member : members.subList(1, members.size())) {
      sum = sum.add(member);
    }
    Tensor directions = TorchMath.units(sum, Basis.LEAST_LENGTH);
    return torch.matmul(TorchMath.units(anchor, Basis.LEAST_LENGTH), directions.t());
  }

  /** An orthonormal basis of every tuple's span, by Gram-Schmidt. */
  private static final class Basis {
    private static final double LEAST_LENGTH = 1e-12;
    private static final double LEAST_REST = 1e-12;

    private final List<Tensor> directions = new ArrayList<>();

    /**
     * Lengths of the members' parts outside the span of those before; the volume is their product.
     */
    private Tensor volume;

    /** The product of the members' squared lengths. */
    private Tensor lengths;

    Basis(List<Tensor> members) {
      for (Tensor member : members) {
        Tensor rest = member;
        for (Tensor direction : directions) {
          rest = rest.sub(direction.mul(TorchMath.dots(rest, direction).unsqueeze(1)));
        }
        Tensor squares = TorchMath.squares(member);
        Tensor length = TorchMath.squares(rest).sqrt();
        directions.add(rest.div(length.clamp_min(new Scalar(LEAST_LENGTH)).unsqueeze(1)));
        volume = volume == null ? length : volume.mul(length);
        lengths = lengths == null ? squares : lengths.mul(squares);
      }
    }

    Tensor volumes(Tensor anchor) {
      return rest(anchor).clamp_min(new Scalar(LEAST_REST)).sqrt().mul(volume.unsqueeze(0));
    }

    /** Squared volumes with the anchor over the product of all squared lengths. */
    Tensor relative(Tensor anchor) {
      Tensor ofTuple = volume.mul(volume).div(lengths).unsqueeze(0);
      return rest(anchor).div(TorchMath.squares(anchor).unsqueeze(1)).mul(ofTuple);
    }

    /** Squared lengths of the anchors' parts outside the spans of the tuples. */
    private Tensor rest(Tensor anchor) {
      Tensor rest = TorchMath.squares(anchor).unsqueeze(1);
      for (Tensor direction : directions) {
        Tensor inside = torch.matmul(anchor, direction.t());
        rest = rest.sub(inside.mul(inside));
      }
      return rest;
    }
  }
}
