package io.gramian.op;

import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.Specs;

/** Checks of sizes that a signature cannot say, and the tensors that pairwise ops share. */
final class Shapes {
  private Shapes() {}

  static Sizes range(String op, String tensor, String symbol, Sizes sizes, long low, long high) {
    long size = sizes.get(symbol);
    if (size < low || size > high) {
      throw new ShapeException(
          op
              + ": '"
              + tensor
              + "' has "
              + symbol
              + " = "
              + size
              + "; expected "
              + low
              + " to "
              + high);
    }
    return sizes;
  }

  static Sizes notEmpty(String op, Sizes sizes, String... symbols) {
    for (String symbol : symbols) {
      if (sizes.get(symbol) == 0) {
        throw new ShapeException(op + ": expected " + symbol + " of at least 1, got 0");
      }
    }
    return sizes;
  }

  /** The number of modalities beside the anchor. */
  static int tupleSize(Specs inputs) {
    ParameterException.requireNonNull(inputs, "specs of inputs");
    return inputs.numbered("modality").size();
  }

  /**
   * Names {@code modality1..modalityN}; at least one, so that an empty call names what it lacks.
   */
  static String[] modalities(int count) {
    return Modalities.names(Math.max(count, 1) + 1).stream().skip(1).toArray(String[]::new);
  }

  /** Declares {@code anchor} [B1,d] and {@code modality1..n} [B2,d]. */
  static Signature pairwise(String op, Specs inputs) {
    Signature signature = Signature.of(op).data(Names.ANCHOR, "B1", "d");
    for (String name : modalities(tupleSize(inputs))) {
      signature.data(name, "B2", "d");
    }
    return signature;
  }

  /** The number of modalities as a dimension of {@code present}. */
  static String tupleDim(Specs inputs) {
    return Integer.toString(Math.max(tupleSize(inputs), 1));
  }

  static void checkTuple(String op, Similarity similarity, int n) {
    if (n < similarity.minTuple() || n > similarity.maxTuple()) {
      throw new ShapeException(
          op
              + ": similarity "
              + similarity.label()
              + " takes "
              + similarity.minTuple()
              + (similarity.minTuple() == similarity.maxTuple()
                  ? ""
                  : " to " + similarity.maxTuple())
              + " modalities beside the anchor, got "
              + n);
    }
  }

  static void checkDiagonal(String op, Specs inputs, Sizes sizes) {
    if (!inputs.has(Names.LABELS) && sizes.get("B1") > sizes.get("B2")) {
      throw new ShapeException(
          op
              + ": without labels anchor i belongs to tuple i, so expected B1 <= B2, got B1 = "
              + sizes.get("B1")
              + " and B2 = "
              + sizes.get("B2"));
    }
  }
}
