package io.gramian.op;

import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.Specs;
import java.util.stream.IntStream;

/**
 * The tensor of scores of all index tuples of N modalities.
 *
 * <p>Inputs: {@code modality1..N}, each [B_i,d], N = 2..5; {@code grad_tensor}. Outputs: {@code
 * tensor} [B_1,..,B_N], whose element (i_1,..,i_N) is the similarity of row i_1 of modality 1 as
 * anchor with rows i_2.. of the others; {@code grad_modality1..N}.
 *
 * @param similarity score of an index tuple
 * @param normalize scale every row to unit length first; gradients flow through it
 */
public record Nway(Similarity similarity, boolean normalize) implements Op {
  /** Most modalities. */
  public static final int MAX_MODALITIES = 5;

  /** Checks the similarity. */
  public Nway {
    ParameterException.requireNonNull(similarity, "a similarity");
  }

  /**
   * Over unit vectors.
   *
   * @param similarity score of a pair
   */
  public Nway(Similarity similarity) {
    this(similarity, true);
  }

  /**
   * {@return a copy with another similarity}
   *
   * @param value score of an index tuple
   */
  public Nway similarity(Similarity value) {
    return new Nway(value, normalize);
  }

  /**
   * {@return a copy with or without normalisation}
   *
   * @param value scale every row to unit length first; gradients flow through it
   */
  public Nway normalize(boolean value) {
    return new Nway(similarity, value);
  }

  static Nway parse(Parameters parameters) {
    return new Nway(Similarity.parse(parameters), parameters.flag("normalize", true));
  }

  @Override
  public String name() {
    return "nway";
  }

  @Override
  public String summary() {
    return "the tensor of scores of all index tuples of 2 to 5 modalities";
  }

  @Override
  public Signature signature(Specs inputs) {
    String[] modalities = Shapes.modalities(Shapes.tupleSize(inputs));
    Signature signature = Signature.of(name());
    for (int i = 0; i < modalities.length; i++) {
      signature.data(modalities[i], "B" + (i + 1), "d");
    }
    String[] dims =
        IntStream.rangeClosed(1, modalities.length).mapToObj(i -> "B" + i).toArray(String[]::new);
    return signature.result(Names.TENSOR, dims).gradients(modalities);
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    int modalities = Shapes.tupleSize(inputs);
    Sizes sizes = signature(inputs).match(inputs, outputs);
    if (modalities < 2 || modalities > MAX_MODALITIES) {
      throw new ShapeException(
          name() + ": expected 2 to " + MAX_MODALITIES + " modalities, got " + modalities);
    }
    Shapes.checkTuple(name(), similarity, modalities - 1);
    return Shapes.notEmpty(name(), sizes, "d");
  }
}
