package io.gramian.conformance.ops;

import io.gramian.conformance.Aligned;
import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.conformance.Rows;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Objective;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.List;

/** Cases of the contrastive loss. */
public final class ContrastiveCases implements OpCases {
  private static final int[][] SHAPES = {{12, 12, 24}, {1, 1, 8}, {5, 9, 16}, {67, 67, 33}};

  private final List<Case> cases = new ArrayList<>();

  @Override
  public List<Case> cases(RandomTensors random) {
    for (Tuples.Sized sized : Tuples.sized(1, 2, 3)) {
      RandomTensors own = random.named(sized.toString());
      addTuples(own, sized);
      addAligned(own, sized);
      addGathered(own.named("gathered rows"), sized);
      addProduct(own, sized);
    }
    Contrastive volume = new Contrastive(Similarity.volume());
    add(volume, new Tuples.Sized(volume.similarity(), 4), random, 26, 26, 65, "volume n=4 d=65");
    add(volume, new Tuples.Sized(volume.similarity(), 3), random, 33, 33, 1023, "volume d=1023");
    // The narrow tiles of the kernels.
    for (int n : new int[] {5, 7}) {
      Tuples.Sized sized = new Tuples.Sized(volume.similarity(), n);
      add(volume, sized, random.named(sized.toString()), 37, 37, 40, sized.toString());
    }
    return cases;
  }

  private void add(
      Contrastive op,
      Tuples.Sized sized,
      RandomTensors random,
      int anchors,
      int tuples,
      int d,
      String label) {
    cases.add(sized.matching(op, random, anchors, tuples, d).build(label));
  }

  private void addTuples(RandomTensors random, Tuples.Sized sized) {
    Contrastive op = new Contrastive(sized.similarity());
    Contrastive sigmoid = op.objective(new Objective.Sigmoid(8, -2));
    Contrastive raw = op.normalize(false);
    int n = sized.n();
    for (int[] s : SHAPES) {
      String label = sized + " B1=" + s[0] + " B2=" + s[1] + " d=" + s[2];
      add(op, sized, random, s[0], s[1], s[2], label);
    }
    Contrastive cold = op.temperature(sized.coldest()).labelSmoothing(0);
    Contrastive warm = raw.temperature(20).labelSmoothing(0.05);
    add(sigmoid, sized, random, 13, 13, 20, sized + " sigmoid");
    add(warm, sized, random, 10, 10, 12, sized + " raw, warm");
    add(cold, sized, random, 16, 16, 40, sized + " cold");
    cases.add(
        labelled(op, sized, random)
            .scalar("temperature", 0.2)
            .scalar("grad_loss", -1.7)
            .build(sized + " labels, scalars"));
    cases.add(
        labelled(sigmoid, sized, random)
            .scalar("scale", 3)
            .scalar("bias", -1.5)
            .scalar("grad_loss", 0.4)
            .build(sized + " sigmoid, labels, scalars"));
    cases.add(
        sized
            .matching(op, random, 10, 10, 18)
            .tensor("present", random.mask(10, n))
            .build(sized + " present"));
    cases.add(
        sized
            .matching(raw.temperature(9), random, 7, 10, 5)
            .tensor("present", random.mask(10, n))
            .strided()
            .build(sized + " raw, present"));
    cases.add(sized.matching(op, random, 9, 11, 37).strided().build(sized.toString()));
    cases.add(
        Case.of(op, random)
            .tensors(Rows.degenerateTuples(random, n))
            .degenerate()
            .build(sized + " degenerate"));
    if (n > 1) {
      cases.add(sized.matching(op, random, 5, 5, 1).degenerate().build(sized + " d=1"));
    }
  }

  private static CaseBuilder labelled(Contrastive op, Tuples.Sized sized, RandomTensors random) {
    return sized.matching(op, random, 11, 8, 19).tensor("labels", random.integers(8, 11));
  }

  /** What gathered rows leave, which is not the gradient of the loss. */
  private void addGathered(RandomTensors random, Tuples.Sized sized) {
    Contrastive op = new Contrastive(sized.similarity()).gatherWithGrad(false);
    cases.add(sized.matching(op, random, 12, 12, 24).degenerate().build(sized + " gathered"));
    cases.add(
        labelled(op.temperature(0.2), sized, random)
            .tensor("present", random.mask(8, sized.n()))
            .scalar("grad_loss", -1.7)
            .degenerate()
            .build(sized + " gathered, labels, present"));
  }

  /** Losses next to zero. */
  private void addAligned(RandomTensors random, Tuples.Sized sized) {
    Similarity similarity = sized.similarity();
    int n = sized.n();
    Contrastive op = new Contrastive(similarity);
    Aligned plain = Aligned.tuples(random, similarity, n, 24, 40);
    cases.add(
        sized
            .of(op.temperature(plain.temperature()).labelSmoothing(0), random, plain.inputs())
            .build(sized + " aligned"));
    Aligned apart = Aligned.labelled(random, similarity, n, 13, 36, 7, 3, 0, 10, 5, 1, 12);
    cases.add(
        sized
            .of(op.temperature(apart.temperature()).labelSmoothing(0), random, apart.inputs())
            .build(sized + " aligned, labels"));
    Aligned shared = Aligned.labelled(random, similarity, n, 9, 36, 2, 0, 2, 1, 5, 2, 0, 7);
    cases.add(
        sized
            .of(op.temperature(shared.temperature()), random, shared.inputs())
            .build(sized + " aligned, shared labels, smooth"));
    Aligned pairs = Aligned.tuples(random, similarity, n, 13, 40);
    cases.add(
        sized
            .of(
                op.objective(new Objective.Sigmoid(pairs.scale(), pairs.bias())),
                random,
                pairs.inputs())
            .build(sized + " aligned, sigmoid"));
  }

  private void addProduct(RandomTensors random, Tuples.Sized sized) {
    int n = sized.n();
    int batch = 8 - n;
    Contrastive op = new Contrastive(sized.similarity()).negatives(Negatives.PRODUCT);
    add(op.temperature(0.2), sized, random, batch, batch, 16, sized + " product");
    cases.add(
        sized
            .matching(op, random, batch - 1, batch - 1, 9)
            .scalar("temperature", 30 * sized.coldest())
            .scalar("grad_loss", 1.4)
            .strided()
            .build(sized + " product, scalars"));
    Aligned aligned = Aligned.tuples(random, sized.similarity(), n, batch, 40);
    cases.add(
        sized
            .of(op.temperature(aligned.temperature()), random, aligned.inputs())
            .build(sized + " product, aligned"));
  }
}
