package io.gramian.cpu.pair;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Vectors;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The anchors and members of an op over pairs, and its similarity. */
public final class PairInputs {
  private final Resources resources;
  private final String anchorName;
  private final List<String> memberNames;
  private final Vectors anchor;
  private final List<Vectors> members = new ArrayList<>();
  private final PairScore score;

  /**
   * Inputs by name.
   *
   * @param anchorName of the anchors [B1,d]
   * @param memberNames of the members of the tuples, [B2,d] each
   */
  public PairInputs(
      Resources resources,
      Similarity similarity,
      boolean normalize,
      Specs inputs,
      String anchorName,
      List<String> memberNames) {
    this.resources = resources;
    this.anchorName = anchorName;
    this.memberNames = memberNames;
    int anchors = size(inputs, anchorName, 0);
    int tuples = size(inputs, memberNames.getFirst(), 0);
    int d = size(inputs, anchorName, 1);
    this.anchor = new Vectors(resources, anchors, d, normalize);
    memberNames.forEach(_ -> members.add(new Vectors(resources, tuples, d, normalize)));
    this.score = PairScore.of(similarity, resources, anchors, tuples, memberNames.size());
  }

  /** The inputs {@code anchor} and {@code modality1..n}. */
  public PairInputs(Resources resources, Similarity similarity, boolean normalize, Specs inputs) {
    this(resources, similarity, normalize, inputs, "anchor", modalities(inputs));
  }

  /** The names {@code modality1..n}. */
  public static List<String> modalities(Specs inputs) {
    return IntStream.rangeClosed(1, inputs.numbered("modality").size())
        .mapToObj(l -> "modality" + l)
        .toList();
  }

  private static int size(Specs inputs, String name, int axis) {
    return Math.toIntExact(inputs.get(name).size(axis));
  }

  /** Number of anchors. */
  public int anchors() {
    return anchor.count();
  }

  /** Number of tuples. */
  public int tuples() {
    return members.getFirst().count();
  }

  /** Whether anchors and tuples may change places, see {@link #swapped}. */
  public boolean isSymmetric() {
    return score.isSymmetric();
  }

  /**
   * All anchors with all tuples.
   *
   * @param readers those that will see the scores
   */
  public Pairs pairs(Specs outputs, boolean accumulate, List<? extends ScoreReader> readers) {
    TupleRows tuples = score.rows(members);
    GradientSums.Place ofAnchors = place(outputs, accumulate, anchorName);
    List<GradientSums.Place> ofMembers =
        memberNames.stream().map(name -> place(outputs, accumulate, name)).toList();
    PairRows rows = new PairRows(anchor, tuples, ofAnchors, tuples.places(ofMembers), false);
    PairEngine engine = new PairEngine(resources, score, rows, readers);
    return new Pairs(this, engine, anchorName, memberNames, accumulate);
  }

  /** The same with the members of the tuples as the engine's anchors and the anchors as tuples. */
  public Pairs swapped(Specs outputs, boolean accumulate, List<? extends ScoreReader> readers) {
    String member = memberNames.getFirst();
    PairRows rows =
        PairRows.between(
            members.getFirst(),
            place(outputs, accumulate, member),
            anchor,
            place(outputs, accumulate, anchorName));
    PairEngine engine = new PairEngine(resources, score, rows, readers);
    return new Pairs(this, engine, member, List.of(anchorName), accumulate);
  }

  private static GradientSums.Place place(Specs outputs, boolean accumulate, String input) {
    return GradientSums.Place.of(outputs, "grad_" + input, accumulate);
  }

  /** Takes the tensors of a run, {@code present} among them. */
  void bind(Bindings in) {
    anchor.bind(in.get(anchorName), Vectors.Absent.NONE);
    for (int l = 0; l < members.size(); l++) {
      members.get(l).bind(in.get(memberNames.get(l)), absent(in, l));
    }
  }

  private static Vectors.Absent absent(Bindings in, int member) {
    if (!in.has("present")) {
      return Vectors.Absent.NONE;
    }
    Tensor present = in.get("present");
    long stride = present.spec().stride(0);
    return row -> Scalars.get(present, row * stride + member) == 0;
  }
}
