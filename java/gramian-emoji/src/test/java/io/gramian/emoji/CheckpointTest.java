package io.gramian.emoji;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Device;
import io.gramian.cli.UserException;
import io.gramian.emoji.checkpoints.Checkpoint;
import io.gramian.emoji.data.EmojiSet;
import io.gramian.emoji.data.TrainingData;
import io.gramian.emoji.heads.Products;
import io.gramian.emoji.losses.AlignmentLoss;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.measure.EpochReport;
import io.gramian.emoji.training.Trainer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CheckpointTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--loss clip --modalities english,noto",
        "--loss gram --missing 0.3",
        "--loss gram:2+clip:0.5 --temperature clip:0.1 --modalities english,noto,twemoji",
        "--loss set-clip --split validation"
      })
  void aResumedTrainingIsTheUninterruptedOneToTheBit(String options) throws IOException {
    List<String> three = new ArrayList<>(List.of(options.split(" ")));
    three.addAll(List.of("--epochs", "3"));
    Path file = folder.resolve("state");
    train("whole", three, "--checkpoint", file.toString(), "--checkpoint-every", "2").assertDone();
    Path middle = folder.resolve("middle");
    stopAfterTwoEpochs(three, middle);
    String again = folder.resolve("again").toString();
    resume("resumed", middle, "--checkpoint", again).assertDone();
    assertThat(numbers("resumed")).isEqualTo(numbers("whole"));
    Checkpoint whole = Checkpoint.read(file);
    Checkpoint resumed = Checkpoint.read(folder.resolve("again"));
    assertThat(resumed.steps()).isEqualTo(whole.steps());
    assertThat(resumed.arrays().keySet()).isEqualTo(whole.arrays().keySet());
    whole
        .arrays()
        .forEach((name, array) -> assertThat(resumed.arrays().get(name)).as(name).isEqualTo(array));
  }

  @Test
  void aFinishedTrainingGoesOnToMoreEpochs() throws IOException {
    List<String> one = List.of("--loss", "clip", "--modalities", "english,noto", "--epochs", "1");
    Path first = folder.resolve("first");
    train("one", one, "--checkpoint", first.toString()).assertDone();
    resume("less", first, "--dim", "9").assertRefused("was trained with --dim 8, not 9");
    Path three = folder.resolve("three");
    resume("whole", first, "--epochs", "3", "--checkpoint", three.toString()).assertDone();
    Checkpoint prolonged = Checkpoint.read(three);
    assertThat(prolonged.options()).containsEntry("--epochs", "1,3");
    assertThat(prolonged.reports()).hasSize(3);
    assertThat(prolonged.reports().getFirst())
        .isEqualTo(Checkpoint.read(first).reports().getFirst());

    // Done already, it says the same of the same state.
    resume("done", three).assertDone();
    assertThat(numbers("done")).isEqualTo(numbers("whole"));
    resume("fewer", three, "--epochs", "2").assertRefused("was trained with --epochs 1,3, not 2");
  }

  @Test
  void aTrainingThatIsNotDoneTakesNoMoreEpochs() throws IOException {
    Path middle = folder.resolve("middle");
    stopAfterTwoEpochs(List.of("--modalities", "english,noto", "--epochs", "3"), middle);
    resume("more", middle, "--epochs", "4").assertRefused("stands after epoch 2 of 3");
  }

  private TrainRun resume(String out, Path from, String... more) {
    List<String> line = new ArrayList<>(List.of("--backend", "reference"));
    line.addAll(List.of("--resume", from.toString(), "--out", folder.resolve(out).toString()));
    line.addAll(List.of(more));
    return TrainRun.of(line.toArray(String[]::new));
  }

  /** The state that the same training leaves when it is stopped after its second epoch. */
  private void stopAfterTwoEpochs(List<String> started, Path file) throws IOException {
    TrainingChoice choice = new TrainingChoice();
    List<String> arguments = new ArrayList<>(List.of(SMALL));
    arguments.addAll(started);
    new CommandLine(new Holder(choice)).parseArgs(arguments.toArray(String[]::new));
    EmojiSet set = EmojiSet.load();
    TrainingData data = new TrainingData(set, choice.split(set.size()));
    TrainingOptions options = choice.options(choice.loss(), data.split());
    try (Device device = Device.open("reference");
        AlignmentLoss loss = choice.loss().open(device, options);
        Products products = new Products()) {
      Trainer trainer = new Trainer(data, options, loss, products);
      List<EpochReport> reports =
          List.of(trainer.epoch(1, step -> {}), trainer.epoch(2, step -> {}));
      new Checkpoint(
              choice.decisive(choice.loss(), options), trainer.steps(), reports, trainer.save())
          .write(file);
    }
  }

  @CommandLine.Command
  private record Holder(@CommandLine.Mixin TrainingChoice choice) {}

  private static final String[] SMALL = {"--dim", "8", "--batch", "400"};

  private TrainRun train(String out, List<String> options, String... more) {
    List<String> line = new ArrayList<>(List.of("--backend", "reference"));
    line.addAll(List.of(SMALL));
    line.addAll(options);
    line.addAll(List.of(more));
    return TrainRun.tiny(folder.resolve(out), line.toArray(String[]::new));
  }

  private List<String> numbers(String out) throws IOException {
    return Files.readAllLines(folder.resolve(out).resolve("epochs.csv")).stream()
        .filter(line -> !line.contains(",seconds,"))
        .toList();
  }

  @Test
  void filesThatAreNoneOrDamagedOrOfAnotherTrainingAreRefused() throws IOException {
    Path file = folder.resolve("state");
    Map<String, float[]> arrays = Map.of("a", new float[] {1, 2, 3});
    new Checkpoint(Map.of("--seed", "0"), 0, List.of(), arrays).write(file);
    Checkpoint read = Checkpoint.read(file);
    assertThat(read.arrays().get("a")).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> read.requireOptions(file, Map.of("--seed", "1")))
        .isInstanceOf(UserException.class)
        .hasMessage(file + " was trained with --seed 0, not 1");

    assertThatThrownBy(() -> read.requireOptions(file, Map.of("--temperature", "gram:0.07")))
        .isInstanceOf(UserException.class)
        .hasMessage(file + " does not say its --temperature: it is of an older version");

    byte[] bytes = Files.readAllBytes(file);
    for (int at : new int[] {bytes.length - 10, bytes.length - 1}) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 4;
      assertRefused(damaged, "is damaged");
    }
    assertRefused(Arrays.copyOf(bytes, bytes.length - 6), "is damaged");
    assertRefused(Arrays.copyOf(bytes, bytes.length + 1), "is damaged");
    assertRefused(new byte[0], "is damaged: it ends too early");
    assertRefused("gramian checkpoint 1\n{}\n".getBytes("UTF-8"), "is damaged");
    assertRefused("gramian checkpoint 1\n[1\n".getBytes("UTF-8"), "damaged");
    assertRefused("PK\3\4 not ours at all, really\n".getBytes("UTF-8"), "is not a checkpoint");
    assertRefused(
        checked(
            """
            gramian checkpoint 1
            {"options": {}, "steps": 1, "arrays": [], "reports": [{"epoch": 1, "loss": "1",\
             "scalars": {}, "seconds": 1, "anchor_to_tuple": [1], "tuple_to_anchor": [1, 1, 1],\
             "pairs": []}]}
            """),
        "is damaged: its header");
    train("out", List.of("--resume", folder.resolve("nowhere").toString()))
        .assertRefused("no such file");
    train("out", List.of("--resume", file.toString())).assertRefused("does not say its --loss");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /** Text with its checksum behind it. */
  private static byte[] checked(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return ByteBuffer.allocate(bytes.length + 4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(bytes)
        .putInt((int) crc.getValue())
        .array();
  }

  private void assertRefused(byte[] bytes, String complaint) throws IOException {
    Path file = folder.resolve("bad");
    Files.write(file, bytes);
    assertThatThrownBy(() -> Checkpoint.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(complaint)
        .hasMessageStartingWith(file.toString());
  }
}
