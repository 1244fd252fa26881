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
    List<Gradient> ofMembers = members.stream().map(member -> gradient(out, member)).toList();
    engine.run(objective, in, out, backward, gradient(out, anchor), ofMembers);
    objective.write(out, accumulate);
  }

  private Gradient gradient(Bindings out, String input) {
    return Gradient.of(out, "grad_" + input, accumulate);
  }
}
