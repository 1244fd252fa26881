package io.gramian.cli.validate;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "validate")
public final class ValidateCommand implements Callable<Integer> {
  /** For picocli. */
  public ValidateCommand() {}

  @Override
  public Integer call() {
    return 0;
  }
}
