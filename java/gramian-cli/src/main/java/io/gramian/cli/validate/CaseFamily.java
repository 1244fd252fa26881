package io.gramian.cli.validate;

import java.util.List;

/** Makes the inputs on which an op is validated. */
@FunctionalInterface
public interface CaseFamily {
  /**
   * The cases of the op: random, odd, strided and degenerate.
   *
   * @param random the source of chance
   * @return one or more
   */
  List<ValidationCase> cases(CaseRandom random);
}
