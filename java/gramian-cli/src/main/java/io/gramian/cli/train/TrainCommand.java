package io.gramian.cli.train;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "train")
public final class TrainCommand implements Callable<Integer> {
  @Override
  public Integer call() { return 0; }
}
