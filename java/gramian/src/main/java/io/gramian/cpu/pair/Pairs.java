package io.gramian.cpu.pair;

import io.gramian.Bindings;
import io.gramian.cpu.device.Gradient;
import java.util.List;

/** The inputs of an op over pairs with the engine that scores them. */
public final class Pairs {
  private final PairInputs inputs;
  private final PairEngine engine;
  private final String anchor;
  private final List<String> members;
  private final boolean accumulate;

  /**
   * Pairs of an engine.
   *
   * @param anchor the input that the engine has as anchors
   * @param members those that it has as members of the tuples
   */
  Pairs(
      PairInputs inputs,
      PairEngine engine,
      String anchor,
      List<String> members,
      boolean accumulate) {
    this.inputs = inputs;
    this.engine = engine;
    this.anchor = anchor;
    this.members = members;
    this.accumulate = accumulate;
  }

  /** A whole run of readers: a pass over all scores for each. */
  public void run(List<ScoreReader> readers, Bindings in, Bindings out) {
    inputs.bind(in);
    engine.prepare();
    for (ScoreReader reader : readers) {
      reader.begin(in, out);
      engine.forward(reader);
      reader.write(out, accumulate);
    }
  }

  /**
   * A whole run of a loss.
   *
   * @param backward whether gradients are wanted
   */
  public void run(PairObjective objective, Bindings in, Bindings out, boolean backward) {
    inputs.bind(in);
    engine.run(objective, in, out, backward, gradient(out, anchor), memberGradients(out));
    objective.write(out, accumulate);
  }

  /**
   * A whole run of a loss whose rows give gradients to the anchors alone, and whose columns to the
   * members.
   *
   * @param ofMembers the same pairs, with places for the gradients of the members alone
   */
  public void run(InfoNce loss, Pairs ofMembers, Bindings in, Bindings out, boolean backward) {
    loss.weigh(InfoNce.Terms.OF_ROWS);
    inputs.bind(in);
    engine.run(loss, in, out, backward, gradient(out, anchor), memberGradients(out));
    if (backward) {
      loss.weigh(InfoNce.Terms.OF_COLUMNS);
      ofMembers.engine.prepare();
      ofMembers.engine.backward(loss, Gradient.none(), memberGradients(out));
    }
    loss.write(out, accumulate);
  }

  private List<Gradient> memberGradients(Bindings out) {
    return members.stream().map(member -> gradient(out, member)).toList();
  }

  private Gradient gradient(Bindings out, String input) {
    return Gradient.of(out, "grad_" + input, accumulate);
  }
}
