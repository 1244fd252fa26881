package io.gramian.cli.npz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.cli.io.AtomicOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzFormatTest {
  @TempDir private Path folder;

  @Test
  void writesAndReadsArraysInOrder() throws IOException {
    Path file = folder.resolve("a.npz");
    NpzFormat.write(file, arrays());
    Map<String, NpyArray> again = NpzFormat.read(file);
    assertThat(again.keySet()).containsExactly("loss", "grad_anchor", "indices");
    assertThat(again.get("grad_anchor").toDoubles()).containsExactly(1, 2, 3, 4);
    assertThat(again.get("indices").toLongs()).containsExactly(4, 5);
  }

  @Test
  void equalArraysMakeEqualFiles() throws IOException {
    NpzFormat.write(folder.resolve("a.npz"), arrays());
    NpzFormat.write(folder.resolve("b.npz"), arrays());
    assertThat(folder.resolve("b.npz")).hasSameBinaryContentAs(folder.resolve("a.npz"));
  }

  @Test
  void readsDeflatedEntriesAndPassesOverOthers() throws IOException {
    Path file = folder.resolve("deflated.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("x.npy"));
      NpyFormat.write(zip, NpyArray.ofFloats(new double[1000], 10, 100));
      zip.putNextEntry(new ZipEntry("notes.txt"));
      zip.write(65);
    }
    assertThat(NpzFormat.read(file).keySet()).containsExactly("x");
  }

  @Test
  void namesWhatIsMissingOrNoArchive() throws IOException {
    Path none = folder.resolve("none.npz");
    assertThatThrownBy(() -> NpzFormat.read(none))
        .isInstanceOf(NpzException.class)
        .hasMessage(none + " does not exist");
    assertThatThrownBy(() -> NpzFormat.read(folder)).hasMessageContaining("is a folder");
    Path text = Files.writeString(folder.resolve("text.npz"), "no archive at all");
    assertThatThrownBy(() -> NpzFormat.read(text))
        .isInstanceOf(NpzException.class)
        .hasMessageContaining("text.npz cannot be read as an npz file");
  }

  @Test
  void noticesTruncationAtAnyPlace() throws IOException {
    Path whole = folder.resolve("whole.npz");
    NpzFormat.write(whole, arrays());
    byte[] bytes = Files.readAllBytes(whole);
    for (int length = 0; length < bytes.length; length += 37) {
      Path cut = Files.write(folder.resolve("cut.npz"), Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> NpzFormat.read(cut)).isInstanceOf(NpzException.class);
    }
  }

  @Test
  void noticesAChangedByte() throws IOException {
    Path file = folder.resolve("a.npz");
    NpzFormat.write(file, Map.of("x", NpyArray.ofFloats(new double[64], 64)));
    byte[] bytes = Files.readAllBytes(file);
    bytes[400] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> NpzFormat.read(file))
        .isInstanceOf(NpzException.class)
        .hasMessageContaining("'x.npy' is damaged");
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("a.npz"), "old");
    assertThatThrownBy(
            () ->
                AtomicOutput.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(file).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aWriteToAMissingFolderFails() {
    Path file = folder.resolve("missing").resolve("a.npz");
    assertThatThrownBy(() -> NpzFormat.write(file, arrays())).isInstanceOf(IOException.class);
  }

  @Test
  void namesTheArrayThatCannotBeRead() throws IOException {
    Path file = folder.resolve("a.npz");
    ByteArrayOutputStream npy = new ByteArrayOutputStream();
    NpyFormat.write(npy, NpyArray.ofFloats(new double[8], 8));
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("short.npy"));
      zip.write(npy.toByteArray(), 0, npy.size() - 5);
    }
    assertThatThrownBy(() -> NpzFormat.read(file))
        .isInstanceOf(NpzException.class)
        .hasMessageContaining("array 'short.npy' is cut short");
  }

  private static Map<String, NpyArray> arrays() {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("loss", NpyArray.ofFloats(new double[] {0.5}));
    arrays.put("grad_anchor", NpyArray.ofFloats(new double[] {1, 2, 3, 4}, 2, 2));
    arrays.put("indices", NpyArray.ofIntegers(new long[] {4, 5}, 2));
    return arrays;
  }
}
