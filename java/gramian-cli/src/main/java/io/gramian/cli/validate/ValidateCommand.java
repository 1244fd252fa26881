package io.gramian.cli.validate;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "validate")
public final class ValidateCommand implements Callable<Integer> {
  @Override
  public Integer call() { return 0; }
}
