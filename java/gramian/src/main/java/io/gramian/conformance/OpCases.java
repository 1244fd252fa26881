package io.gramian.conformance;

import java.util.List;

/** Makes the inputs on which an op is checked. */
public interface OpCases {
  /**
   * The cases of the op: of many shapes, odd ones among them, of each of its parameters, strided,
   * degenerate.
   *
   * @param random the source of chance
   * @return one or more
   */
  List<Case> cases(RandomTensors random);
}
